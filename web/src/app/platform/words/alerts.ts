/** Words for what the system shows while the page is not looked at. */
export const alerts = {
  title: 'Notifications',
  label: 'Tell me when something comes',
  hint: 'While you look elsewhere and this page is open, your system shows who wrote or calls; never what was written. No push service is asked.',
  denied: 'Your browser does not allow this page to notify you. Its settings for this page can change that.',
  unsupported: 'This browser shows no notifications for this page.',
  message: 'New message',
  calls: 'Calls you',
};
