import { FileInput } from "@mantine/core";
import { useState } from "react";

import { base64Of } from "../../api/base64";
import type { FormField } from "../types";
import { bytes } from "../words";

interface UploadInputProps {
  field: FormField;
  label: string;
  description?: string | undefined;
  required: boolean;
  error?: string;
  kept: boolean;
  filled: boolean;
  onChange: (value: string) => void;
  onProblem: (problem: string) => void;
}

/** ".pem" and "pem" are the same; empty: every file. */
function extensionsOf(field: FormField): string[] {
  return (field.upload?.extensions ?? []).filter(Boolean).map((one) => (one.startsWith(".") ? one : `.${one}`).toLowerCase());
}

/** A file whose bytes are the value, base64-encoded; refused here already when it is too large or of the wrong kind. */
export function UploadInput({ field, kept, filled, onChange, onProblem, description, ...rest }: UploadInputProps) {
  const [file, setFile] = useState<File | null>(null);
  const extensions = extensionsOf(field);
  const most = field.upload?.max_bytes ?? 0;
  const limits = [extensions.join(", "), most > 0 && `up to ${bytes(most)}`].filter(Boolean).join(", ");
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    if (!chosen) return onChange("");
    if (extensions.length > 0 && !extensions.some((one) => chosen.name.toLowerCase().endsWith(one))) {
      onChange("");
      return onProblem(`Choose a file that ends in ${extensions.join(" or ")}.`);
    }
    if (most > 0 && chosen.size > most) {
      onChange("");
      return onProblem(`This file has ${bytes(chosen.size)}; at most ${bytes(most)} are taken.`);
    }
    onChange(await base64Of(chosen));
  };
  return (
    <FileInput
      {...rest}
      description={[description, limits && `(${limits})`].filter(Boolean).join(" ") || undefined}
      placeholder={kept || filled ? "Kept as it is" : "Choose a file"}
      {...(extensions.length > 0 && { accept: extensions.join(",") })}
      clearable
      clearButtonProps={{ "aria-label": "Remove the file" }}
      value={file}
      onChange={(chosen) => void choose(chosen)}
    />
  );
}
