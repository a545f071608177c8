/** Paths that are no routes: they answer otherwise. */

export const LOGIN_PATH = "/login";
export const WEB_SOCKET_PATH = "/api/ws";
