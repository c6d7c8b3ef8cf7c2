import { ValidateBy } from 'class-validator';
import { parseObjectId } from '../../common/index.js';

/** The integer id or the uuid of an object, in a body or a query; `parseObjectId` reads it. */
export function IsObjectId(): PropertyDecorator {
  return ValidateBy({
    name: 'isObjectId',
    validator: {
      validate: (value: unknown) =>
        (typeof value === 'string' || typeof value === 'number') && parseObjectId(value) !== null,
      defaultMessage: () => 'must be an integer id or a uuid',
    },
  });
}
