import { PageData, pageDataElementId } from '../../server/contract/page.ts';

/** What the server put into the page. */
export function readPageData(): PageData {
  const text = document.getElementById(pageDataElementId)?.textContent ?? '';
  return PageData.parse(JSON.parse(text));
}
