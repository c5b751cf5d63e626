declare const brand: unique symbol

/** A nominal type: values of one brand cannot stand in for another, though both are strings or numbers at run time. */
export type Brand<T, B extends string> = T & { readonly [brand]: B }
