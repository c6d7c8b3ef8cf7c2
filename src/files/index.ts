export {
  ApiDownload,
  ApiUpload,
  sendAttachment,
  Upload,
  type UploadedFile,
} from '../http/index.js';
export { MEDIA_TYPES, type MediaType, type NewFile, type StoredFile } from './file.types.js';
export { FilesModule } from './files.module.js';
export { Files } from './files.service.js';
