/** The ways in. Through the daemon's own socket comes only who may open it, and that is its owner. */

export interface Door {
  /** Throws a `Refusal` when the request must not come in. `isOpen`: what needs no token. */
  admit(request: Request, isOpen: boolean): void;
  /** What a browser is given for the token, or for a code made with it; null when it is neither. */
  readonly exchange: ((token: string) => string | null) | null;
}

export const ownSocket: Door = { admit: () => {}, exchange: null };
