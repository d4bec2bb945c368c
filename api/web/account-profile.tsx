// What others see of somebody: picture, name, and what a maker tells of themselves.

import type { AccountPart } from './account.js';
import { Field, FormDone, FormProblem, TextField } from './field.js';
import { PictureField } from './picture-field.js';
import { call } from './session.js';
import { useForm } from './use-form.js';

export function AccountProfile({ account: { profile }, reload }: AccountPart) {
  const form = useForm(async ({ display_name, bio, location, website, instagram_handle }) => {
    await call('PATCH', '/users/me', {
      display_name,
      bio: bio || null,
      location: location || null,
      website: website || null,
      instagram_handle: instagram_handle?.replace(/^@/, '') || null,
    });
    await reload();
  });
  return (
    <section className="card" aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <PictureField
        label="Your picture"
        path="/users/me/avatar"
        shown={profile.avatar_url}
        onDone={() => void reload()}
      />
      <form className="form" noValidate onSubmit={form.onSubmit}>
        <Field
          {...{ form, name: 'display_name', label: 'Your name, as others see it', maxLength: 100 }}
          defaultValue={profile.display_name}
          autoComplete="nickname"
          required
        />
        <TextField
          {...{ form, name: 'bio', label: 'About you', rows: 4, maxLength: 2_000 }}
          defaultValue={profile.bio ?? ''}
        />
        <Field
          {...{ form, name: 'location', label: 'Where you are', maxLength: 100 }}
          defaultValue={profile.location ?? ''}
          autoComplete="address-level2"
        />
        <Field
          {...{ form, name: 'website', label: 'Your web page', type: 'url', maxLength: 500 }}
          defaultValue={profile.website ?? ''}
          placeholder="https://"
          autoComplete="url"
        />
        <Field
          {...{ form, name: 'instagram_handle', label: 'Your name at Instagram', maxLength: 31 }}
          defaultValue={profile.instagram_handle ?? ''}
          autoComplete="off"
        />
        <FormProblem form={form} />
        <button type="submit" disabled={form.busy}>
          Save the profile
        </button>
        <FormDone form={form}>Saved.</FormDone>
      </form>
    </section>
  );
}
