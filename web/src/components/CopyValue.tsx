import { Button, CopyButton } from "@mantine/core";

import classes from "./CopyValue.module.css";

/** A value to take elsewhere. `name` tells screen readers what it is: "token". */
export function CopyValue({ value, name }: { value: string; name: string }) {
  return (
    <span className={classes["row"]}>
      <code className={classes["value"]}>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <>
            <Button size="compact-xs" variant="default" onClick={copy} aria-label={`Copy the ${name}`}>
              {copied ? "Copied" : "Copy"}
            </Button>
            <span className={classes["said"]} role="status">
              {copied && `The ${name} was copied.`}
            </span>
          </>
        )}
      </CopyButton>
    </span>
  );
}
