export const FLOOR_PATH = '/socket/floor';

export interface FromBareServer {
  readonly kind: 'listening';
  readonly url: string;
}
