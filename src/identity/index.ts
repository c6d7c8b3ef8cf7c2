export * from './identity.demo.js';
export { IdentityModule } from './identity.module.js';
export { Registrations, type NewUser } from './profiles/registrations.service.js';
export type { UserView } from './user.types.js';
export { Users } from './users.service.js';
