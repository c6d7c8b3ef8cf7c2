export * from './identity.demo.js';
export { IdentityModule } from './identity.module.js';
export { EnrolmentDto, readEnrolment } from './profiles/enrolment.dto.js';
export { registrationsOn } from './profiles/registrations.factory.js';
export {
  Registrations,
  type EnrolledUser,
  type NewUser,
} from './profiles/registrations.service.js';
export type { UserView } from './user.types.js';
export { Users } from './users.service.js';
