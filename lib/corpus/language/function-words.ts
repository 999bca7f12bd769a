/**
 * The words that hold sentences together, of English and of the languages with Latin letters that scrapes meet most.
 * On a page of some length they tell its language at a glance, and figures, names and product lists between them do
 * not mislead them, as they do trigrams.
 */

const words = (list: string) => list.split(' ');

/** English words that stand in no other list. */
export const ENGLISH_ALONE = words(
  'the and with from you your our that this are have will which their they about been these would what when who how were into through any other them than only those should could where there because while very each both between during after before being does did has had his she him its by be not can all us if of to is or as at but more most also such up out over make get it we',
);

/** English words that are words of others too, or are short enough to be debris of theirs. */
export const ENGLISH_TOO = words('for in on an a so no me he my do her i was am');

/** By ISO 639-3 code; letters beyond ASCII stand as they do in text. */
export const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  deu: words(
    'der die das und ist nicht mit den von zu auf ein eine für sie wir ihre unsere dem des sich auch bei werden sind aus einer einem als oder nach wie im zum zur über durch haben wird um bis ihr uns unser alle jeder hat',
  ),
  fra: words(
    'le la les et des du une dans pour est sur qui nous vous au avec ce que pas sont plus par votre notre aux ou son sa ses leur cette mais tout être fait elle il ne à été comme nos vos',
  ),
  spa: words(
    'el los las y en una un por con para del es que se su al más como nuestro nuestra sus sin lo usted todos entre también desde pero hay este esta muy nuestros servicios tiene',
  ),
  ita: words(
    'il di che e una non sono della dei alla nel gli con del da le più nostro nostra è anche dal come degli delle sua suo ogni questo i si ai al dalla nostri ha essere',
  ),
  nld: words(
    'het een van voor met zijn op te dat naar de en niet wij uw ook bij aan onze wordt kunt worden ons dit door zich heeft ieder tot er om uit deze meer maar geen over',
  ),
  por: words(
    'o os as da do dos das em uma um para com não que seu sua nossa nosso mais por na no são ao à pela pelo você como ou se e é tem todos todo ser este',
  ),
  dan: words(
    'og det af til er på med den en et vi som ikke har fra kan du vores eller ved skal være alle hans sig om de at jer dig',
  ),
  nob: words(
    'og det av til er på med den en et vi som ikke har fra kan du våre eller ved skal være alle hans seg om de å dere deg',
  ),
  swe: words(
    'och att det som av är på med den en ett vi för inte har till från kan du våra eller vid skall alla hans sig om de var',
  ),
  fin: words(
    'ja on ei että se ovat tai kanssa myös sekä kun oli joka me mukaan hänen olla jotka kuin ole sen hän kaikki',
  ),
  isl: words('og að er sem til með fyrir ekki við það hann um af á í eru eða skal'),
  pol: words(
    'i w na z do nie się jest to o dla od po przez oraz ma są jak czy lub jego za każdy być nas naszej',
  ),
  ces: words(
    'a v na se je s do z že to pro o jsou by jako ve nebo za i od po při každý má své jeho jejich být naše',
  ),
  slk: words(
    'a v na sa je s do z že to pre o sú by ako vo alebo za i od po pri každý má svoje jeho ich byť naše',
  ),
  slv: words('in je v na se za ki z da so ali do po pri kot ne od vsak ima svoje pod tudi'),
  hrv: words('i u na je se da za od su s koji ili ne kao što po iz ima svoje kako do biti'),
  hun: words('a az és hogy nem is egy van ez meg minden vagy azt mint el kell csak való között'),
  ron: words('și în de la cu pe nu este sau din care pentru sa că un o ca al ale lui prin fie are mai sunt'),
  tur: words('ve bir bu için ile da de olarak olan veya gibi daha her kendi çok var kadar en ne'),
  ind: words(
    'dan yang di untuk dengan dari ini itu tidak dalam pada atau ke adalah anda kami setiap oleh akan sebagai',
  ),
  tgl: words('ang ng sa na mga at ay para ito kung may hindi bawat kanyang o isang mula'),
  swa: words('na ya wa kwa ni za kila mtu kuwa la au cha yake hii'),
  cat: words('el els les la i en de del amb per que una un és no són més als dels o seva seu tota té aquest'),
  glg: words('o a os as e de do da en un unha que con para ou non súa seu persoa ten máis'),
  eus: words('eta da du bat ez ere edo dute bere izan dira baten'),
  vie: words('và của các được có cho là trong không với những người một mọi đều hay để về'),
  est: words('ja on ei et see oma või ning kui ka mis olla'),
  lav: words('un ir ar no uz par ka vai kas ne savu kā'),
  lit: words('ir yra su kad ne į iš tai arba turi savo kaip būti'),
  afr: words('die en van het is nie te wat vir met op sy in om deur reg of enige'),
  sqi: words('dhe të në për me një është që ka nga e i së ose'),
  lat: words('et in est non ad cum ut quod qui ex sunt per esse sed quae'),
  cym: words('y yr a i ac ar o yn mae gan neu ei'),
  gle: words('agus na an ar go is le do i ag tá sé gach'),
  ltz: words('an de en ass vun déi dat fir mat och ech mir si op zu sinn ze eng wéi oder hunn ären eis'),
  mlt: words('il ta li u tal għal dan ma biex jew hu din huwa kull fuq kif minn bil kien aħna tagħna'),
  epo: words('la de kaj en al estas ne kun por ke el ni aŭ ĉiu sed tio vi pri ili nia'),
  hat: words('ak nan yo pou ki se li moun nou tout ou sou yon fè sa kap dwe'),
  bre: words('ha ar an ur eus da en hag evit gant pe zo eo gwir dre'),
  mri: words('te ngā ki o me he ka kia tangata mō ana katoa ia rātou tō'),
  aze: words('və bir bu üçün ilə də da olan hər öz daha ya kimi biz bütün'),
  uzb: words('va bir bu uchun bilan har u yoki o‘z bo‘lgan biz lozim'),
  zul: words('ukuthi futhi noma yonke lo ngokuthi abantu umuntu njengoba zonke'),
  hau: words('da na a ga ta ya wa shi su ba ko cikin wani zai kowa'),
  yor: words('ní ti àti kan si fun tabi ati ninu wa pelu gbogbo eniyan'),
  som: words('iyo oo ka in waa ku u leh ama kasta waxaa soo si'),
};
