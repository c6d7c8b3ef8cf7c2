export * from './properties.demo.js';
export { PropertiesModule } from './properties.module.js';
export { Properties, propertyNotFound } from './properties.service.js';
export { PROPERTY_KINDS, type PropertyKind, type PropertyRow } from './property.types.js';
