// What can go wrong with a call, as one type: pages show `message` and decide by `status` or `code`.
/** `path` or `field` says where. */
export interface FieldProblem {
  path?: string;
  field?: string;
  what?: string;
}

export class ApiError extends Error {
  constructor(
    /** HTTP status; 0: no answer came. */
    readonly status: number,
    /** "PERMISSION_DENIED", "RESOURCE_DOES_NOT_EXIST", …; "UNREACHABLE": no answer came. */
    readonly code: string,
    message: string,
    /** What is wrong with single fields of what was sent. */
    readonly details: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.name = "ApiError";
  }

  get isMissing(): boolean {
    return this.status === 404;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "Something went wrong.";
}
