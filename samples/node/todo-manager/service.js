import { randomInt } from 'node:crypto';

/** Todos in memory: all, whoever they belong to. */
export class TodoService {
  #todos = new Map();

  create({ content, ownerId }) {
    const id = Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
    const todo = { id, content, ownerId, createdAt: new Date().toISOString() };
    this.#todos.set(id, todo);
    return todo;
  }

  /** Of one owner, or of all. */
  list(ownerId) {
    return [...this.#todos.values()].filter((todo) => ownerId === undefined || todo.ownerId === ownerId);
  }

  get(id) {
    return this.#todos.get(id);
  }

  delete(id) {
    this.#todos.delete(id);
  }
}
