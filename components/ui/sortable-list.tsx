import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from "@dnd-kit/core"
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable"
import { GripVertical } from "lucide-react"
import { type ReactNode, type RefObject, useId, useRef } from "react"
import { Button } from "./button"
import { cn } from "./cn"

interface Item {
  readonly id: string
  /** What it is called aloud. */
  readonly name: string
}

interface SortableListProps<T extends Item> {
  readonly label: string
  readonly items: readonly T[]
  /** The whole new order. Not called when everything is where it was. */
  readonly onOrder: (ids: string[]) => void
  /** A change is on its way: nothing can be picked up. */
  readonly disabled?: boolean
  readonly children: (item: T, place: number) => ReactNode
}

const INSTRUCTIONS =
  "Press space to pick it up, the arrow keys to move it up or down, space again to drop it, or escape to put it back."

/** A list in an order that people change: by dragging the handle of an item, or on it by space and the arrow keys. What happens is announced. */
export function SortableList<T extends Item>({ label, items, onOrder, disabled, children }: SortableListProps<T>) {
  const id = useId()
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  /** The place that was announced last: it is over its own place as soon as it is picked up. */
  const heard = useRef<UniqueIdentifier | null>(null)
  const ids = items.map((item) => item.id)
  const drop = ({ active, over }: DragEndEvent) => {
    const [from, to] = [ids.indexOf(String(active.id)), over ? ids.indexOf(String(over.id)) : -1]
    if (from !== to && from >= 0 && to >= 0) onOrder(arrayMove(ids, from, to))
  }
  return (
    <DndContext
      id={id}
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[upAndDown]}
      onDragEnd={drop}
      accessibility={{
        announcements: announcementsFor(items, heard),
        screenReaderInstructions: { draggable: INSTRUCTIONS },
      }}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy} disabled={disabled ?? false}>
        <ol aria-label={label} className="grid grid-cols-1 gap-2">
          {items.map((item, at) => (
            <Row key={item.id} item={item} place={at + 1} of={items.length}>
              {children(item, at + 1)}
            </Row>
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  )
}

const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

interface RowProps {
  readonly item: Item
  readonly place: number
  readonly of: number
  readonly children: ReactNode
}

function Row({ item, place, of, children }: RowProps) {
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({
    id: item.id,
  })
  return (
    <li
      ref={setNodeRef}
      style={transform ? { transform: `translate3d(0, ${Math.round(transform.y)}px, 0)`, transition } : undefined}
      className={cn(
        "flex items-center gap-2 rounded-lg border border-line bg-surface py-1.5 pr-3 pl-1",
        isDragging && "relative z-10 border-accent shadow-float",
      )}
    >
      <Button
        ref={setActivatorNodeRef}
        variant="quiet"
        size="icon"
        className="cursor-grab touch-none self-start"
        {...attributes}
        {...listeners}
        aria-label={`Move ${item.name}, place ${place} of ${of}`}
      >
        <GripVertical aria-hidden />
      </Button>
      {children}
    </li>
  )
}

function announcementsFor(items: readonly Item[], heard: RefObject<UniqueIdentifier | null>): Announcements {
  const nameOf = (id: UniqueIdentifier) => items.find((item) => item.id === id)?.name ?? ""
  const placeOf = (id: UniqueIdentifier) => `place ${items.findIndex((item) => item.id === id) + 1} of ${items.length}`
  return {
    onDragStart: ({ active }) => {
      heard.current = active.id
      return `Picked up ${nameOf(active.id)}, ${placeOf(active.id)}.`
    },
    onDragOver: ({ active, over }) => {
      if (!over || over.id === heard.current) return undefined
      heard.current = over.id
      return `${nameOf(active.id)} is at ${placeOf(over.id)}.`
    },
    onDragEnd: ({ active, over }) => (over ? `${nameOf(active.id)} was dropped at ${placeOf(over.id)}.` : undefined),
    onDragCancel: ({ active }) => `${nameOf(active.id)} is back at ${placeOf(active.id)}.`,
  }
}
