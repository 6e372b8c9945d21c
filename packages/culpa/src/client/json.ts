/** What the other side reads of a value that was written as JSON: dates become text, functions vanish. */
export type Json<Value> = 0 extends 1 & Value
  ? Value
  : Value extends string | number | boolean | null
    ? Value
    : Value extends { toJSON(...args: never): infer Written }
      ? Json<Written>
      : Value extends (...args: never) => unknown
        ? never
        : Value extends object
          ? { [Key in keyof Value]: Json<Value[Key]> }
          : Value
