import { Injectable, type PipeTransform } from '@nestjs/common';
import { DomainError, parseObjectId, type ObjectId } from '../../common/index.js';

/** `@Param('id', PathId) id: ObjectId`: the integer id or the uuid; anything else names nothing, hence 404. */
@Injectable()
export class PathId implements PipeTransform<string, ObjectId> {
  transform(value: string): ObjectId {
    const id = parseObjectId(value);
    if (!id) throw new DomainError('not_found', 'not_found', 'Not found');
    return id;
  }
}
