import { type Vocabulary, vocabulary } from './vocabulary.ts';

export interface Industry {
  name: string;
  /** Vocabulary that a frequent and a rare industry have in common, which is why the rare one is hard to recognise. */
  field: Vocabulary;
  /** Pages of 6,000, before any are dropped. */
  pages: number;
  own: Vocabulary;
}

/** What a company does; what it sells or works with, for whom, and what its pages talk about besides, as plural nouns. */
const trade = (service: string, product: string, customer: string, topic: string): Vocabulary =>
  vocabulary({ service, product, customer, topic });

const industry = (about: Omit<Industry, 'own'>, ...lists: Parameters<typeof trade>): Industry => ({
  ...about,
  own: trade(...lists),
});

const digital = trade(
  'network support|system integration|remote monitoring|site surveys|technical support|equipment installation|data services|infrastructure planning|device management|field service',
  'networks|devices|servers|platforms|connections|data plans|routers|gateways|applications|control panels',
  'enterprises|hospitals|call centers|campuses|government agencies|remote offices|hotels|transport operators',
  'coverage|bandwidth|uptime|response times|security updates|service levels|connectivity|data traffic',
);
const building = trade(
  'site preparation|renovation|restoration|custom installation|surface finishing|structural repair|project estimates|delivery to site|commercial fit out|kitchen remodeling',
  'walls|floors|tiles|windows|countertops|driveways|facades|stairs|bathrooms|building materials',
  'home owners|architects|builders|property managers|developers|municipalities|designers|facility managers',
  'building codes|drawings|durability|finishes|job sites|measurements|free estimates|structural strength',
);
const health = trade(
  'nutrition advice|pain relief|stress management|massage therapy|wellness programs|private consultations|injury recovery|weight management|health assessments|mobility work',
  'supplements|treatments|therapies|vitamins|wellness plans|health products|sessions|body treatments',
  'patients|athletes|families|seniors|office workers|expecting mothers|beginners|women over forty',
  'sleep|immune systems|chronic pain|digestion|balance|energy levels|healthy habits|mental health',
);
const shopping = trade(
  'gift wrapping|next day delivery|personal shopping|repairs and alterations|online orders|gift cards|special orders|store events|returns and exchanges|seasonal sales',
  'gifts|accessories|watches|handbags|brands|collections|leather goods|new arrivals|home accents|sunglasses',
  'shoppers|gift buyers|loyal customers|brides|collectors|tourists|young couples|wholesale buyers',
  'styles|prices|seasons|store hours|trends|designs|catalogs|shopping carts',
);
const finance = trade(
  'portfolio management|investment advice|market research|risk assessment|fund administration|retirement planning|account reporting|wealth planning|asset allocation|due diligence',
  'funds|bonds|portfolios|investments|accounts|securities|annuities|equity holdings',
  'investors|pension plans|business owners|trustees|foundations|private clients|executives|institutions',
  'returns|interest rates|market conditions|fees|regulation|tax rules|volatility|long term growth',
);

/** Ten industries as skewed as those of the published method: five have more than nine tenths of all pages. */
export const INDUSTRIES: readonly Industry[] = [
  industry(
    { name: 'information technology and services', field: digital, pages: 1640 },
    'software development|cloud migration|help desk outsourcing|database administration|web development|penetration testing|backup and recovery|business intelligence|application testing|managed hosting|virtual desktops|code review',
    'web applications|databases|cloud servers|software licenses|dashboards|firewalls|mobile apps|data warehouses|workstations|backups',
    'startups|software vendors|law firms|accounting offices|online stores|product teams',
    'cyber security|automation|agile methods|open source|data migration|user experience|digital transformation|programming languages',
  ),
  industry(
    { name: 'construction', field: building, pages: 1270 },
    'general contracting|roof replacement|excavation|framing|demolition|plumbing and electrical work|steel erection|design build|paving|carpentry|home additions|construction management',
    'roofs|foundations|decks|warehouses|basements|steel structures|bridges|garages|apartment buildings|school buildings',
    'general contractors|school districts|land owners|churches|industrial clients|real estate investors',
    'building permits|subcontractors|bids|safety records|heavy equipment|project schedules|cost control|licensed crews',
  ),
  industry(
    { name: 'health, wellness and fitness', field: health, pages: 1040 },
    'personal training|group classes|strength training|yoga classes|cardio workouts|swim lessons|nutrition coaching|boot camps|indoor cycling|physical therapy|dance fitness|sports conditioning',
    'gym memberships|treadmills|free weights|workout plans|protein shakes|exercise videos|locker rooms|class passes|meal plans|day passes',
    'gym members|runners|teens|busy parents|weekend warriors|competitive teams',
    'muscle gain|endurance|fat loss|class schedules|fitness goals|certified trainers|workouts|flexibility',
  ),
  industry(
    { name: 'retail', field: shopping, pages: 884 },
    'home delivery|price matching|furniture assembly|grocery pickup|loyalty programs|layaway|shoe fitting|clearance sales|school uniform orders|bulk orders|curbside pickup|garden advice',
    'shoes|toys|furniture|kitchenware|clothing|books|groceries|pet supplies|garden tools|mattresses',
    'students|pet owners|bargain hunters|gardeners|teachers|neighbors',
    'discounts|coupons|weekly specials|clearance racks|local stores|free shipping|parking|back to school deals',
  ),
  industry(
    { name: 'financial services', field: finance, pages: 790 },
    'tax preparation|mortgage lending|payroll processing|debt counseling|insurance planning|bookkeeping|college savings|business loans|estate planning|credit repair|invoice factoring|equipment leasing',
    'loans|mortgages|savings accounts|credit cards|life insurance policies|tax returns|checking accounts|payday advances|budgets|credit reports',
    'home buyers|small businesses|retirees|first time borrowers|self employed people|veterans',
    'credit scores|down payments|refinancing|monthly payments|deductions|loan approval|financial independence|household budgets',
  ),
  industry(
    { name: 'capital markets', field: finance, pages: 124 },
    'equity research|prime brokerage|block trading|bond underwriting|securities lending|algorithmic execution|initial public offerings|market making|clearing and settlement|convertible arbitrage|private placements|hedge fund services',
    'derivatives|futures contracts|options|treasury notes|structured notes|order books|exchange traded products|swaps',
    'hedge funds|broker dealers|traders|sovereign funds|issuers|asset managers',
    'liquidity|trading floors|yield curves|spreads|volatility surfaces|execution quality|commodity prices|benchmarks',
  ),
  industry(
    { name: 'luxury goods and jewelry', field: shopping, pages: 108 },
    'diamond appraisal|ring sizing|custom engraving|stone setting|watch restoration|estate jewelry purchase|pearl restringing|bespoke design|gold plating|bridal consultations',
    'engagement rings|diamonds|necklaces|pearls|gemstones|earrings|wedding bands|bracelets|sapphires|timepieces',
    'jewelers|connoisseurs|grooms|goldsmiths|anniversary couples|estate owners',
    'carats|clarity|platinum|craftsmanship|certificates|heirlooms|hallmarks|precious metals',
  ),
  industry(
    { name: 'alternative medicine', field: health, pages: 92 },
    'acupuncture|herbal medicine|homeopathy|reiki healing|cupping|aromatherapy|reflexology|craniosacral therapy|ayurvedic cleansing|energy balancing|naturopathic care|moxibustion',
    'herbal formulas|tinctures|essential oils|flower remedies|needles|detox teas|crystals|homeopathic remedies',
    'acupuncturists|healers|holistic practitioners|allergy sufferers|fertility patients|migraine sufferers',
    'meridians|chi|chakras|toxins|holistic healing|traditional chinese medicine|root causes|natural remedies',
  ),
  industry(
    { name: 'glass/ceramics/concrete', field: building, pages: 78 },
    'glass cutting|concrete polishing|kiln firing|window glazing|tile glazing|precast casting|stained glass repair|mirror fitting|ready mix delivery|sandblasting|concrete stamping|porcelain repair',
    'shower enclosures|mirrors|glass panels|porcelain tiles|concrete slabs|pavers|glass blocks|ceramic vases|precast beams|insulated glass units',
    'glaziers|masons|potters|ceramic artists|ready mix producers|tile setters',
    'tempered glass|aggregates|kilns|glazes|cement mixes|laminated panes|curing times|clay bodies',
  ),
  industry(
    { name: 'wireless', field: digital, pages: 64 },
    'antenna installation|tower construction|spectrum licensing|roaming agreements|signal boosting|handset repair|radio planning|drive testing|cell site leasing|two way radio rental',
    'antennas|base stations|handsets|sim cards|repeaters|prepaid phones|radios|hotspots|small cells|towers',
    'carriers|mobile operators|tower owners|subscribers|first responders|rural communities',
    'spectrum|roaming|signal strength|cellular coverage|frequencies|prepaid minutes|text messages|line of sight',
  ),
];
