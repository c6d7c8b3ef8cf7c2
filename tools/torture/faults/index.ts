export { FaultProxy, NO_FAULT, type Fault } from './fault.proxy.js';
export { FaultyRoutes, WAYS, type WayName } from './faulty.routes.js';
