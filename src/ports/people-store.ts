import type { Platform } from '../conversation/message.ts'
import type { Role } from '../conversation/people.ts'

export interface Workspace {
  platform: Platform
  /** The platform's id of the workspace, team or organization that was installed into. */
  workspaceId: string
  name: string
}

/** Someone as a platform knows them. */
export interface Account {
  platform: Platform
  userId: string
  name?: string
  /** Only an address that the platform vouches for: it joins accounts of several platforms to one person. */
  verifiedEmail?: string
}

export interface Person {
  personId: string
  name: string
  email?: string
  role: Role
}

/** Tenants' workspaces, people and roles. */
export interface PeopleStore {
  /** The tenant that a workspace belongs to. */
  tenantOf(platform: Platform, workspaceId: string): Promise<string | undefined>
  /** @throws AppError `bad_input` when the workspace belongs to another tenant, even if it was uninstalled there. */
  connect(tenantId: string, workspace: Workspace): Promise<void>
  disconnect(tenantId: string, workspace: Pick<Workspace, 'platform' | 'workspaceId'>): Promise<void>
  /** Cairn was removed from it: it no longer leads to its tenant, and is remembered until it is connected again. */
  markUninstalled(tenantId: string, workspace: Pick<Workspace, 'platform' | 'workspaceId'>): Promise<void>
  /** Tenants all of whose workspaces were uninstalled, the last one at least so many days ago. */
  abandoned(days: number): Promise<string[]>
  workspaces(tenantId: string): Promise<(Workspace & { uninstalledAt?: Date })[]>
  /** The person behind an account, made on first sight. Whoever installs Cairn in a tenant without an admin is it. */
  meet(tenantId: string, account: Account, installs?: boolean): Promise<Person>
  person(tenantId: string, personId: string): Promise<Person | undefined>
  people(tenantId: string): Promise<Person[]>
  /** @throws AppError `not_found`, or `bad_input` when the last admin would lose the role. */
  setRole(tenantId: string, personId: string, role: Role, by: string | undefined): Promise<void>
}
