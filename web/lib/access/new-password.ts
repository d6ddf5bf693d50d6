/** What a new password needs before it is sent; the server has the last word (NIST SP 800-63B §3.1.1). */

/** Characters. */
export const shortestPassword = 12;
export const notAgreed = `Type the same password twice, of ${shortestPassword} characters or more.`;
