/** What a link to the administration asks for. */

/** Whether a form is to be open when its tab is: `?add=person`, `?add=key`. */
export function asksToAdd(what: 'person' | 'key'): boolean {
  return new URLSearchParams(location.search).get('add') === what;
}
