/** Sentences of the demo corpus's English pages. `{name}` is a slot; what it may be stands in `SLOTS` or comes from the page. */

import { type Vocabulary, words } from './vocabulary.ts';

/** About the company's trade: these slots are filled from an industry's vocabulary. */
export const TRADE_SENTENCES = [
  'We {provide} {service} and {service} for {customer}',
  'Our {team} {provides} {service}, {service} and {service} in {place}',
  '{customer} {trust} us with {service} and {product}',
  'From {service} to {service}, we help {customer} with {topic}',
  'We {stock} {product}, {product} and {product} for {customer}',
  'Ask our {team} about {topic} and {topic}',
  'Choose from {quality} {product} and {product}',
  'Our {quality} {product} are made for {customer} who care about {topic}',
  'We know what {topic} mean for {customer}',
  'Do you need {service}? Our {team} will explain {topic} and recommend {product}',
  'Read our guide to {topic} and learn what {service} can do for {customer}',
  'With {number} years of experience in {service} we understand {topic}',
  'Our latest projects include {product} for {customer} in {place}',
  'New this {season}: {service} and {quality} {product}',
  'Every visit begins with a talk about {topic} and ends with {product} that fit',
  'No other company in {place} offers {service} together with {service}',
  '{company} brings {quality} {product} to {customer} all over {region}',
  'We specialize in {service}, and our {product} are known for {topic}',
];

/** What any company's home page says. */
export const SHARED_SENTENCES = [
  'We are a family owned company in {place} and have served {region} since {year}',
  'Call {phone} today for a free consultation',
  'Customer satisfaction is our {first} priority',
  '{person} founded {company} in {year} with a simple idea: treat every client with respect',
  'Our {team} is {quality}, friendly and ready to answer your questions',
  'Visit our office in {place} or send us a message',
  'We are open Monday through Friday from {hour} am to 6 pm',
  'Sign up for our newsletter and follow us on social media',
  'Read what our customers say about {company}',
  'Thank you for the {quality} service, {person} and the whole {team}',
  'Quality, honesty and {quality} service have made us a leader in {region}',
  'Whether your project is large or small, we have the experience to get it done',
  'We work hard to build long term relationships with our clients and partners',
  'Contact us for more information or to schedule an appointment',
  'Our mission is to provide {quality} solutions at a fair price',
  'See our news and events page for what happens this {season}',
  'Join our {team}: we are hiring in {place}',
  '{company} is a proud member of the {region} Chamber of Commerce',
  'Over {number} thousand happy customers cannot be wrong',
  'We take pride in our work and stand behind it',
  'Learn more about our history, our people and our values',
  'Fill out the form below and we will get back to you within {number} hours',
  'Our offices in {place} and {place} serve clients across {region}',
  'Download our brochure or request a quote online',
  'All our work is fully insured and guaranteed for {number} years',
  'We believe in {quality} communication from the first call to the final invoice',
  'Please check back soon, as this website is being updated',
  'In {year} {company} was named one of the best places to work in {region}',
];

export const SLOTS: Vocabulary = {
  provide: ['provide', 'offer', 'deliver', 'specialize in', 'are known for'],
  provides: ['provides', 'offers', 'delivers', 'takes care of', 'has mastered'],
  stock: words('stock|sell|supply|carry|recommend|work with'),
  trust: ['trust', 'rely on', 'have trusted', 'recommend', 'come back to'],
  team: words('team|staff|crew|company|workshop|family'),
  quality: words(
    'quality|affordable|modern|custom|reliable|professional|innovative|outstanding|personal|complete|trusted|local|certified|fast|superior',
  ),
  first: ['first', 'highest', 'number one', 'top'],
  season: words('spring|summer|fall|winter|month|week|year'),
  person: words('Sarah|Mike|Dr. Patel|Jennifer|Tom Becker|Linda|Carlos|Mr. Olsen|Grace|David'),
};

/** Headings that scrapers glue together: `AboutUsOurServices`. */
export const MENU_ITEMS = words(
  'Home|About Us|Services|Products|Gallery|Contact|Blog|Careers|FAQ|Testimonials|News|Locations|Login|Shop|Our Team|Support',
);

/** The last two sentences of a page. Without a dot at the end, so that trimming finds exactly two. */
export const FOOTERS = [
  'Copyright {year} {company}. All Rights Reserved',
  '{company} {year}. Website by Bluefin Media',
  '© {year} {company}. Privacy Policy | Terms of Use',
  'Copyright © {year}, {company}. Powered by WordPress',
  'Follow us on Facebook and Twitter. © {company} {year}',
];

/** Pages with next to nothing on them. */
export const STUBS = words('Coming soon|Under construction|Welcome|Please enable JavaScript|403 Forbidden');

export const COMPANY_NAMES = {
  first: words(
    'Summit|Harbor|Pioneer|Cedar|Atlas|Liberty|Crown|Evergreen|Apex|Silver|Lakeside|Heritage|Vista|Northern|Golden|Keystone|Blue|River|Prime|Stone|Bridge|Metro|Coastal|Sterling',
  ),
  second: words(
    'Group|Partners|Brothers|Solutions|Works|House|Associates|Company|Center|Concepts|Point|Line|Ridge|Hill',
  ),
  form: words('Inc|LLC|Ltd|Corp|& Sons|'),
};

/** Locality, region and country. */
export const PLACES: ReadonlyArray<readonly [locality: string, region: string, country: string]> = [
  ['austin', 'texas', 'united states'],
  ['denver', 'colorado', 'united states'],
  ['portland', 'oregon', 'united states'],
  ['tampa', 'florida', 'united states'],
  ['boston', 'massachusetts', 'united states'],
  ['san diego', 'california', 'united states'],
  ['columbus', 'ohio', 'united states'],
  ['charlotte', 'north carolina', 'united states'],
  ['toronto', 'ontario', 'canada'],
  ['calgary', 'alberta', 'canada'],
  ['leeds', 'yorkshire', 'united kingdom'],
  ['bristol', 'somerset', 'united kingdom'],
  ['melbourne', 'victoria', 'australia'],
  ['auckland', 'auckland', 'new zealand'],
];
