/** The pages that one meets before the console: set-up, sign-in, enrolment. */
import type { Texts } from '../texts.ts';

export const entrance: Texts['entrance'] = {
  keepsNothing:
    'Dieser Browser speichert für diese Seite keine Websitedaten und kann daher nicht angemeldet bleiben. Erlauben Sie Cookies für diese Website in den Einstellungen des Browsers, und laden Sie die Seite neu.',
  name: 'Name',
  password: 'Passwort',
  signIn: {
    title: 'Anmelden',
    secondFactor: 'Zweiter Faktor',
    code: 'Code Ihrer Authenticator-App',
    confirm: 'Bestätigen',
    back: 'Zurück',
    choose: 'Passwort wählen',
    chooseWhy:
      'Die Administration kennt das jetzige. Wählen Sie eines, das nur Sie kennen, um fortzufahren.',
    chooseSubmit: 'Festlegen und anmelden',
    continueWith: (provider: string) => `Weiter mit ${provider}`,
    enrolled: (device: string) =>
      `Dieser Browser ist als ${device} registriert und bleibt es, wenn Sie sich abmelden.`,
    providerDown: (provider: string) =>
      `${provider} antwortet gerade nicht. Melden Sie sich mit einem Passwort an, oder versuchen Sie es in einer Minute erneut.`,
    lostAdministrator: (provider: string) =>
      `${provider} weist Sie nicht mehr als Administrator dieser Anlage aus, und einen anderen gibt es nicht. Lassen Sie sich das Recht dort zurückgeben, oder melden Sie sich als anderer Administrator an.`,
    unreachable: (provider: string) =>
      `Die Anmeldung mit ${provider} ist jetzt nicht möglich: Der Dienst ist nicht erreichbar. Versuchen Sie es später erneut, oder melden Sie sich mit einem Passwort an.`,
    failed: (provider: string) =>
      `Die Anmeldung mit ${provider} ist fehlgeschlagen. Versuchen Sie es erneut, oder wenden Sie sich an die Administration.`,
  },
  setUp: {
    title: 'Einrichten',
    about:
      'Legen Sie das Konto des Administrators an. Es fügt alle anderen Personen und die Schlüssel von Kameras und Wänden hinzu; solange es fehlt, antwortet dieser Server sonst niemandem.',
    submit: 'Konto anlegen',
    done: 'Fertig; die Konsole öffnet sich.',
  },
  invitation: {
    title: 'Passwort wählen',
    welcome: (name: string) => `Willkommen, ${name}`,
    about:
      'Wählen Sie ein Passwort, das nur Sie kennen. Damit und mit Ihrem Namen melden Sie sich künftig an.',
    signedInAs: (name: string) =>
      `Sie sind hier als ${name} angemeldet. Wenn Sie fortfahren, endet diese Anmeldung.`,
    submit: 'Festlegen und anmelden',
    looking: 'Es wird nachgesehen, für wen der Link ist …',
    signIn: 'Mit einem Passwort anmelden',
    noToken:
      'Die Adresse enthält kein Token mehr. Öffnen Sie den ganzen Link erneut, oder scannen Sie seinen QR-Code.',
    done: 'Fertig; die Konsole öffnet sich.',
  },
  enrol: {
    title: 'Dieses Gerät registrieren',
    about:
      'Dieser Browser wird eine Kamera oder eine Wand dieser Anlage. Er bleibt mit dem Schlüssel angemeldet, für den der Link gemacht wurde, bis die Administration diesen Schlüssel widerruft. Der Link gilt einmal.',
    signedInAs: (name: string) =>
      `Sie sind hier als ${name} angemeldet. Die Registrierung beendet diese Anmeldung: Tun Sie es nur an dem Gerät, das Kamera oder Wand werden soll.`,
    noToken:
      'Die Adresse enthält kein Token mehr. Öffnen Sie den ganzen Registrierungslink erneut, oder scannen Sie seinen QR-Code.',
    done: 'Registriert; die Seite öffnet sich.',
  },
};
