// The processes of one machine, for PM2. `npm start` runs this file in the foreground; a server's own PM2 can run it too
// (nginx/README.md, "PM2 on a server"). The settings are environment variables; the list of processes is services/launch's.
const { ecosystem } = require('./services/launch/dist/ecosystem.js');

module.exports = { apps: ecosystem(process.env, __dirname) };
