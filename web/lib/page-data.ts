/** The start data, which came in the HTML: reading it needs no request, so nothing has to wait for one. */
import { PageData, pageDataElementId } from '../../server/contract/page.ts';
import { texts } from './text/texts.ts';

/** Many parts read it as the page comes up, and it does not change: parsed once. */
let data: PageData | undefined;

/** @throws Error when the page was not served by this server, which puts the data in */
export function readPageData(): PageData {
  data ??= parsePageData();
  return data;
}

function parsePageData(): PageData {
  const text = document.getElementById(pageDataElementId)?.textContent;
  if (!text) throw new Error(texts.site.noStartData);
  return PageData.parse(JSON.parse(text));
}
