/** Who one is and what one may. */
export interface Me {
  name: string;
  title: string;
  organisation: string;
  must_change_password: boolean;
  second_factor: boolean;
  roles: HeldRole[];
  permissions: Allowed[];
  everything: boolean;
  organisations: OrganisationName[];
  demo: boolean;
}

export interface HeldRole {
  role: string;
  title: string;
  unit: string;
}

export interface Allowed {
  action: string;
  resource: string;
  sensitivity: string;
}

export interface OrganisationName {
  code: string;
  name: string;
}

/** What the service says before anybody signed in. */
export interface Welcome {
  demo: boolean;
  setup_needed: boolean;
  version: string;
  persons: DemoPerson[];
  password?: string;
}

export interface DemoPerson {
  name: string;
  title: string;
  role: string;
  role_title: string;
  duty: string;
}

/** The months of which there are records. */
export interface DataMonths {
  first: string | null;
  last: string | null;
}
