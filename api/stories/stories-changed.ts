// What the channel of changes calls any change of which stories are shown, or of what is shown of them.

export const STORIES_CHANGED = 'stories';
