/** A session of WHIP or WHEP as its client speaks of it over HTTP: an offer, and what is said of it afterwards. */

export type Headers = Record<string, string>;

export class HttpSession {
  /** Of the session, once there is one. */
  location = '';
  etag = '';
  answer = '';
  readonly #url: string;
  readonly #headers: Headers;

  /** @param headers of each request */
  constructor(url: string, headers: Headers) {
    this.#url = url;
    this.#headers = headers;
  }

  /** @param path of the zone's door @param onAnswer told the answer, where the offer was taken */
  protected async begin(
    path: string,
    offer: string,
    onAnswer: (sdp: string) => void,
  ): Promise<Response> {
    const response = await this.#ask('POST', path, 'application/sdp', offer);
    if (response.status !== 201) return response;
    this.location = response.headers.get('location') ?? '';
    this.etag = response.headers.get('etag') ?? '';
    this.answer = await response.clone().text();
    onAnswer(this.answer);
    return response;
  }

  patch(fragment: string, condition?: string, headers: Headers = {}): Promise<Response> {
    return this.#ask('PATCH', this.location, 'application/trickle-ice-sdpfrag', fragment, {
      ...(condition === undefined ? {} : { 'if-match': condition }),
      ...headers,
    });
  }

  delete(): Promise<Response> {
    return this.#ask('DELETE', this.location);
  }

  #ask(method: string, path: string, type?: string, body?: string, more: Headers = {}) {
    return fetch(new URL(path, this.#url), {
      method,
      headers: { ...this.#headers, ...(type ? { 'content-type': type } : {}), ...more },
      ...(body === undefined ? {} : { body }),
    });
  }
}
