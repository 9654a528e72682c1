/** Version of Portolan; a newer client asks an older host to hand over. Kept equal to package.json by a test. */
export const VERSION = '0.1.0';
