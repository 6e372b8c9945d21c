/** Values by number, from 0 on; a number that is free again is given again. */
export interface MemorySlots<Value> {
  add(value: Value): number
  get(number: number): Value
  remove(number: number): void
  /** The number of another value at each call, round and round; `undefined` at times, and where there is none. */
  next(): number | undefined
}

/** Unlike a map that values come to and go from, it leaves nothing to the garbage collector. */
export function memorySlots<Value>(): MemorySlots<Value> {
  const values: (Value | undefined)[] = []
  const free: number[] = []
  let passed = 0

  return {
    add(value) {
      const number = free.pop() ?? values.length
      values[number] = value
      return number
    },
    get: (number) => values[number] as Value,
    remove(number) {
      values[number] = undefined
      free.push(number)
    },
    next() {
      const number = passed
      passed = number + 1 < values.length ? number + 1 : 0
      return values[number] === undefined ? undefined : number
    },
  }
}
