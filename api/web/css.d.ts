// Style sheets that the bundler takes from a module's imports.
declare module '*.css';
