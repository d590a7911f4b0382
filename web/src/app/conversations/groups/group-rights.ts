import type { GroupMember, GroupRole } from '../../keyring/views';

/** What the rules of a group let somebody do (PROTOCOL 6.3): the log refuses everything else, so nothing else is offered. */
export interface Rights {
  readonly manages: boolean;
  readonly setsRoles: boolean;
}

export const rightsOf = (ownRole: GroupRole | null): Rights => ({
  manages: ownRole === 'owner' || ownRole === 'admin',
  setsRoles: ownRole === 'owner',
});

/** The owner stays; an admin is removed by the owner alone. */
export const mayRemove = (ownRole: GroupRole | null, { role }: GroupMember): boolean =>
  role === 'member' ? rightsOf(ownRole).manages : role === 'admin' && ownRole === 'owner';
