// Two hundred tools of eighteen made-up servers, described as such tools usually are: `name: description (parameters)`.

const CORPUS: Readonly<Record<string, string>> = {
  github: `
create_issue: Create a new issue in a repository (owner, repo, title, body, labels, assignees)
list_issues: List issues of a repository with filters for state and labels (owner, repo, state, labels)
update_issue: Change title, body or state of an existing issue (owner, repo, issue_number, state)
add_issue_comment: Add a comment to an issue (owner, repo, issue_number, body)
create_pull_request: Open a new pull request between two branches (owner, repo, title, head, base)
list_pull_requests: List pull requests of a repository (owner, repo, state)
merge_pull_request: Merge a pull request (owner, repo, pull_number, merge_method)
get_pull_request_diff: Get the diff of a pull request (owner, repo, pull_number)
create_branch: Create a branch from another one (owner, repo, branch, from_branch)
get_file_contents: Read a file or directory of a repository (owner, repo, path, ref)
create_or_update_file: Write one file of a repository in a commit (owner, repo, path, content, message)
search_code: Search code across repositories (query)
fork_repository: Fork a repository into your account (owner, repo)
list_commits: List commits of a branch (owner, repo, sha)`,
  slack: `
post_message: Post a message to a channel (channel, text)
reply_to_thread: Reply to a message thread in a channel (channel, thread_ts, text)
list_channels: List public channels of the workspace (limit, cursor)
get_channel_history: Get recent messages of a channel (channel, limit)
add_reaction: Add an emoji reaction to a message (channel, timestamp, emoji)
get_users: List members of the workspace with their profiles (limit)
get_user_profile: Get the profile of one member (user_id)
upload_file: Share a file in a channel (channel, filename, content)
set_status: Set your own status text and emoji (text, emoji)
schedule_message: Post a message at a later time (channel, text, post_at)
search_messages: Search messages in all channels (query)`,
  filesystem: `
read_text_file: Read the complete contents of a file as text (path, head, tail)
read_media_file: Read an image or audio file as base64 data (path)
write_file: Create a new file or overwrite an existing one (path, content)
edit_file: Make line-based edits to a text file and show the diff (path, edits, dryRun)
create_directory: Create a new directory or make sure that it exists (path)
list_directory: List files and directories in a path (path)
directory_tree: Get a recursive tree of files and directories as JSON (path)
move_file: Move or rename files and directories (source, destination)
search_files: Recursively search for files matching a pattern (path, pattern)
get_file_info: Get size, times and permissions of a file (path)
delete_file: Delete a file for good (path)`,
  postgres: `
query: Run a read-only SQL query (sql)
execute: Run an SQL statement that changes data (sql, params)
list_tables: List the tables of a schema (schema)
describe_table: Show columns, types and constraints of a table (table)
explain_query: Show the execution plan of a query (sql, analyze)
list_indexes: List the indexes of a table (table)
create_index: Create an index on columns of a table (table, columns)
list_slow_queries: Show the slowest queries of the last hour (limit)
list_schemas: List all schemas of the database ()
get_table_size: Get how much disk space a table takes (table)`,
  stripe: `
create_customer: Create a customer (name, email)
list_customers: List customers (email, limit)
create_invoice: Create an invoice for a customer (customer, days_until_due)
finalize_invoice: Finalize a draft invoice so that it can be paid (invoice)
create_payment_link: Create a link where a product can be paid (price, quantity)
create_refund: Refund a charge fully or in part (payment_intent, amount)
list_charges: List recent charges (customer, limit)
create_product: Create a product (name, description)
create_price: Create a price for a product (product, unit_amount, currency)
cancel_subscription: Cancel a running subscription (subscription)
list_subscriptions: List subscriptions of a customer (customer, status)
retrieve_balance: Get the balance of the account ()`,
  notion: `
search_pages: Search pages and databases by title (query)
get_page: Get a page with its properties (page_id)
create_page: Create a page below another page or in a database (parent, title, content)
update_page: Change the properties of a page (page_id, properties)
append_blocks: Append paragraphs and other blocks to a page (block_id, children)
delete_block: Move a block to the trash (block_id)
query_database: Get rows of a database with filters and sorts (database_id, filter, sorts)
create_database: Create a database below a page (parent, title, properties)
list_comments: List comments of a page (block_id)
create_comment: Comment on a page (page_id, text)
list_people: List people of the workspace ()`,
  linear: `
create_ticket: Create an issue for a team (teamId, title, description, priority)
update_ticket: Update status, priority or assignee of an issue (id, stateId, assigneeId)
list_my_tickets: List issues that are assigned to me (limit)
list_cycles: List cycles (sprints) of a team (teamId)
list_teams: List all teams ()
list_projects: List projects with their progress (teamId)
create_project: Create a project (name, teamIds)
add_label: Put a label on an issue (id, label)
link_tickets: Relate two issues, such as blocks or duplicates (id, relatedId, type)
list_workflow_states: List the workflow states of a team (teamId)`,
  calendar: `
list_events: List events between two times (calendarId, timeMin, timeMax)
create_event: Create an event with guests and a place (summary, start, end, attendees, location)
update_event: Move or change an event (eventId, start, end, summary)
delete_event: Delete an event (eventId)
find_free_time: Find a time when all guests are free (attendees, duration)
respond_to_invitation: Accept or decline an invitation (eventId, response)
list_calendars: List your calendars ()
set_working_hours: Set the hours in which you can be booked (days, start, end)
create_reminder: Remind you of something at a time (text, at)`,
  mail: `
send_email: Send an email to one or more recipients (to, subject, body, cc)
search_emails: Search the mailbox with the usual search syntax (query, maxResults)
read_email: Read one email with its attachments (messageId)
draft_email: Write an email without sending it (to, subject, body)
reply_to_email: Reply to an email (messageId, body)
archive_email: Take an email out of the inbox (messageId)
list_labels: List the labels of the mailbox ()
apply_label: Put a label on an email (messageId, labelId)
create_filter: Create a rule that sorts incoming mail (criteria, action)
download_attachment: Download an attachment of an email (messageId, attachmentId)
unsubscribe: Unsubscribe from a mailing list (messageId)`,
  browser: `
navigate: Open an address in the browser (url)
click: Click an element of the page (selector)
fill: Fill a form field (selector, value)
screenshot: Take a screenshot of the page or an element (selector, fullPage)
evaluate: Run JavaScript in the page (script)
get_page_text: Get the visible text of the page ()
wait_for: Wait until an element appears (selector, timeout)
press_key: Press a key or a combination of keys (key)
select_option: Choose an option of a drop-down list (selector, value)
list_tabs: List open tabs ()
close_tab: Close a tab (tabId)
save_as_pdf: Save the page as a PDF (path)`,
  kubernetes: `
list_pods: List pods of a namespace (namespace, selector)
get_pod_logs: Get the logs of a pod (namespace, pod, container, tail)
describe_resource: Describe any resource in detail (kind, name, namespace)
apply_manifest: Apply a YAML manifest to the cluster (manifest)
delete_resource: Delete a resource (kind, name, namespace)
scale_deployment: Change how many replicas a deployment has (name, replicas)
rollout_restart: Restart all pods of a deployment one after the other (name)
rollout_undo: Go back to the previous version of a deployment (name)
list_events_of_namespace: List recent events of a namespace (namespace)
port_forward: Forward a local port to a pod (pod, port)
list_nodes: List nodes with their capacity ()
exec_in_pod: Run a command inside a container (pod, command)`,
  storage: `
list_buckets: List all buckets ()
list_objects: List objects of a bucket (bucket, prefix)
get_object: Download an object (bucket, key)
put_object: Upload an object (bucket, key, body)
delete_object: Delete an object (bucket, key)
create_presigned_url: Make a link by which anybody can download an object for a while (bucket, key, expires)
create_bucket: Create a bucket in a region (bucket, region)
set_bucket_policy: Set who may access a bucket (bucket, policy)
copy_object: Copy an object to another bucket (source, destination)
get_bucket_size: Get how many bytes a bucket holds (bucket)`,
  sentry: `
list_errors: List unresolved errors of a project (project, query)
get_error_details: Get stack trace and tags of an error (issue_id)
resolve_error: Mark an error as resolved (issue_id)
assign_error: Assign an error to someone (issue_id, user)
list_releases: List releases of a project (project)
get_error_trend: Get how often an error happened over time (issue_id, period)
create_alert_rule: Alert someone when an error happens too often (project, threshold)
list_performance_problems: List slow transactions (project)
find_dsn: Get the client key of a project (project)
list_environments: List environments of a project (project)`,
  weather: `
get_current_weather: Get temperature, wind and rain at a place now (latitude, longitude)
get_forecast: Get the forecast of the next days for a place (latitude, longitude, days)
get_alerts: Get warnings of storms and floods in a region (region)
get_air_quality: Get the air quality and pollen at a place (latitude, longitude)
get_historical_weather: Get what the weather was on a past date (latitude, longitude, date)
get_sunrise: Get times of sunrise and sunset (latitude, longitude, date)
get_tides: Get high and low water of a harbour (station, date)
geocode: Find the coordinates of a city or address (name)`,
  maps: `
directions: Get a route between two places by car, foot, bike or train (origin, destination, mode)
distance_matrix: Get travel times between many places (origins, destinations)
search_places: Find restaurants, shops and other places nearby (query, location, radius)
place_details: Get opening hours, phone number and reviews of a place (place_id)
reverse_geocode: Find the address at coordinates (latitude, longitude)
elevation: Get the height above the sea of a point (latitude, longitude)
timezone_of: Get the time zone of a place (latitude, longitude)
static_map: Draw a map image (center, zoom)
traffic: Get how heavy the traffic is on a route (origin, destination)`,
  music: `
play: Start playing a song, album or playlist (uri, device)
pause: Pause the music ()
next_track: Skip to the next song ()
search_music: Search songs, artists and albums (query, type)
create_playlist: Create a playlist (name, public)
add_to_playlist: Add songs to a playlist (playlist, uris)
get_now_playing: Get which song is playing ()
set_volume: Set the volume (percent)
list_devices: List devices that can play (  )
get_recommendations: Suggest songs that are like others (seed)
get_lyrics: Get the words of a song (track)`,
  docs: `
resolve_library: Find the id of a software library by its name (name)
get_library_docs: Get documentation of a library on a topic (id, topic)
search_web: Search the web (query, count)
fetch_url: Fetch a web page and turn it into markdown (url)
summarize_url: Summarize a web page (url)
search_papers: Search scientific papers (query)
get_paper: Get title, authors and abstract of a paper (id)
translate: Translate text into another language (text, target)
detect_language: Find out in which language a text is written (text)
convert_units: Convert between units of measure (value, from, to)
convert_currency: Convert an amount of money with today's exchange rate (amount, from, to)`,
  memory: `
create_entities: Create entities in the knowledge graph (entities)
create_relations: Create relations between entities (relations)
add_observations: Add facts to an entity (observations)
delete_entities: Delete entities and their relations (names)
delete_observations: Delete facts of an entity (deletions)
read_graph: Read the whole knowledge graph ()
search_nodes: Search entities by words (query)
open_nodes: Get entities by name (names)
remember_preference: Remember what the person likes (text)`,
};

export interface CorpusTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object'; readonly properties: Readonly<Record<string, { type: 'string' }>> };
}

/** Tools by server. */
export function toolCorpus(): Record<string, CorpusTool[]> {
  return Object.fromEntries(
    Object.entries(CORPUS).map(([server, text]) => [server, text.trim().split('\n').map(toolOf)]),
  );
}

function toolOf(line: string): CorpusTool {
  const [, name = '', description = '', parameters = ''] = /^(\w+): (.*) \((.*)\)$/.exec(line) ?? [];
  const names = parameters.split(/,\s*/).filter((parameter) => parameter.trim() !== '');
  const properties = Object.fromEntries(names.map((parameter) => [parameter, { type: 'string' } as const]));
  return { name, description, inputSchema: { type: 'object', properties } };
}
