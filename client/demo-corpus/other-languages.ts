import { type Vocabulary, vocabulary, words } from './vocabulary.ts';

export interface OtherLanguage {
  sentences: string[];
  /** Of the slots `{thing}`, `{people}` and `{place}`. */
  slots: Vocabulary;
}

const language = (sentences: string, thing: string, people: string, place: string): OtherLanguage => ({
  sentences: words(sentences),
  slots: vocabulary({ thing, people, place }),
});

export const OTHER_LANGUAGES: Readonly<Record<string, OtherLanguage>> = {
  deu: language(
    'Herzlich willkommen auf unserer Internetseite|Wir bieten {thing} und {thing} für {people} in {place} und Umgebung|Unser Betrieb besteht seit vielen Jahren und wird in dritter Generation geführt|Rufen Sie uns an, wir beraten Sie gerne und unverbindlich|Die Zufriedenheit unserer Kunden steht bei uns an erster Stelle|Hier finden Sie alles über {thing}, {thing} und unsere weiteren Leistungen|Wir freuen uns auf Ihren Besuch und nehmen uns Zeit für Ihre Wünsche|Mit {thing} aus einer Hand sparen {people} Zeit und Geld|Unsere Mitarbeiter sind gut ausgebildet und kennen sich mit {thing} aus',
    'Beratung|Planung|Dachdeckerarbeiten|Buchhaltung|Netzwerktechnik|hochwertige Möbel|Schmuck und Uhren|Heilpraktiker Behandlungen|Glaserarbeiten|Mobilfunkverträge',
    'Privatkunden|Unternehmen|Familien|Handwerker|junge Leute',
    'Hamburg|München|Köln|Dresden|Zürich|Wien',
  ),
  fra: language(
    "Bienvenue sur notre site internet|Nous vous proposons {thing} et {thing} pour {people} dans la région de {place}|Notre équipe est à votre disposition du lundi au vendredi|N'hésitez pas à nous contacter pour obtenir un devis gratuit|Depuis plus de vingt ans nous mettons notre savoir faire au service de {people}|Vous trouverez dans notre magasin {thing} ainsi que {thing}|La satisfaction de nos clients est notre priorité depuis toujours|Découvrez nos dernières réalisations et toutes les nouveautés de la saison|Grâce à {thing}, notre entreprise est devenue une référence à {place}",
    "des conseils personnalisés|la rénovation de maisons|des bijoux de qualité|la gestion de patrimoine|des cours de gymnastique|l'installation d'antennes|des vitres sur mesure|le développement de logiciels|des meubles anciens",
    'les particuliers|les entreprises|les familles|les artisans|tous nos clients',
    'Lyon|Paris|Nantes|Bordeaux|Genève|Lille',
  ),
  spa: language(
    'Bienvenidos a nuestra página web|Ofrecemos {thing} y {thing} para {people} en {place}|Somos una empresa familiar con más de treinta años de experiencia en el sector|Póngase en contacto con nosotros y le daremos un presupuesto sin compromiso|Nuestros clientes son lo más importante y trabajamos cada día para ellos|En nuestra tienda podrá encontrar {thing} y también {thing}|Contamos con un equipo de profesionales que conoce muy bien {thing}|Descubra nuestras ofertas y las últimas noticias de la temporada|Gracias a la confianza de {people} hemos abierto una nueva oficina en {place}',
    'servicios de consultoría|la construcción de viviendas|joyas y relojes|asesoría fiscal|clases de gimnasia|telefonía móvil|ventanas de cristal|programas informáticos|remedios naturales',
    'particulares|empresas|familias|los profesionales|toda la comunidad',
    'Madrid|Sevilla|Valencia|Bogotá|México|Lima',
  ),
  ita: language(
    'Benvenuti nel nostro sito|La nostra azienda offre {thing} e {thing} per {people} a {place}|Siamo una ditta a conduzione familiare con una lunga esperienza nel settore|Contattateci per avere maggiori informazioni oppure un preventivo gratuito|La qualità dei nostri prodotti è garantita da controlli continui|Nel nostro negozio potete trovare {thing} e anche {thing}|Tutti i nostri collaboratori sono qualificati e sempre a vostra disposizione|Scoprite le novità della stagione e le nostre offerte speciali|Grazie alla fiducia di {people} siamo cresciuti in tutta la zona di {place}',
    'consulenza finanziaria|costruzioni e ristrutturazioni|gioielli fatti a mano|corsi di ginnastica|telefonia senza fili|vetrate artistiche|sviluppo di programmi|mobili per la casa|rimedi naturali',
    'le aziende|le famiglie|i privati|gli artigiani|i nostri clienti',
    'Milano|Torino|Bologna|Firenze|Lugano|Verona',
  ),
  nld: language(
    'Welkom op onze website|Wij verzorgen {thing} en {thing} voor {people} in {place} en omgeving|Ons bedrijf bestaat al meer dan dertig jaar en is nog altijd een familiebedrijf|Neem gerust contact met ons op voor een vrijblijvende offerte|De tevredenheid van onze klanten staat bij ons voorop|In onze winkel vindt u {thing} en ook {thing}|Onze medewerkers hebben veel ervaring en denken graag met u mee|Bekijk hier onze nieuwste projecten en het laatste nieuws|Dankzij het vertrouwen van {people} zijn wij uitgegroeid tot een begrip in {place}',
    'deskundig advies|verbouwingen|sieraden en horloges|administratie en belastingen|sportlessen|mobiele telefonie|glas op maat|software op maat|meubels',
    'particulieren|bedrijven|gezinnen|ondernemers|jong en oud',
    'Utrecht|Rotterdam|Antwerpen|Groningen|Gent|Breda',
  ),
};
