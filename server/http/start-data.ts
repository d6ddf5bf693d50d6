/** Puts the start data into the HTML, so that a page needs no request to begin. */
import { PageData, pageDataElementId } from '../contract/page.ts';

const placeholder = '<!--page-data-->';

/** The console's page with its start data in it, safe inside a script element. */
export function withPageData(html: string, data: PageData): string {
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return html.replace(
    placeholder,
    () => `<script type="application/json" id="${pageDataElementId}">${json}</script>`,
  );
}
