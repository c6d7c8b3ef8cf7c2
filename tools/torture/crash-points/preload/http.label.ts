const NUMBER = /^\d+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** References and the ids of gateways: a long word with digits in it. */
const TOKEN = /^(?=.*\d)[\w~:.-]{10,}$/;

/** A path without what differs from one payment to the next. */
export function routeOf(path: string): string {
  const [bare = ''] = path.split(/[?#]/);
  const named = bare.split('/').map((part) => {
    const known = NUMBER.test(part) || UUID.test(part) || TOKEN.test(part);
    return known && !/^v\d+$/.test(part) ? ':id' : part;
  });
  return named.join('/').replace(/\/+$/, '') || '/';
}

/** `azampay POST /azampay/mno/checkout` for a call to a gateway that stands at `/azampay` of its host. */
export function callLabel(method: string, path: string): string {
  const [, gateway = '', ...rest] = routeOf(path).split('/');
  return `call ${gateway} ${method.toUpperCase()} /${rest.join('/')}`;
}

/** Null for answers that acknowledge nothing: reads, and what watches over the process. */
export function answerLabel(method: string, path: string): string | null {
  const route = routeOf(path);
  const reads = ['GET', 'HEAD', 'OPTIONS'].includes(method.toUpperCase());
  if (reads && !route.endsWith('/verify')) return null;
  return `answer ${method.toUpperCase()} ${route}`;
}
