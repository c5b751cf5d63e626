export default function Loading() {
  return (
    <div role="status" aria-label="Loading" className="grid flex-1 gap-4 p-4 md:grid-cols-[1fr_22rem]">
      <div className="animate-pulse rounded-xl bg-sunken" />
      <div className="animate-pulse rounded-xl bg-sunken max-md:hidden" />
    </div>
  )
}
