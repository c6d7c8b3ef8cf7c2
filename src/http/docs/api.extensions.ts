/** Notes that decorators leave on a route for the document builder, which takes them out again. */
export const ERRORS_EXTENSION = 'x-malipo-errors';
/** The route is not for every role. */
export const RESTRICTED_EXTENSION = 'x-malipo-restricted';
