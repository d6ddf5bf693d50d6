/** What the server refuses, sentence by sentence: those that people meet most. Each is as the server has it. */

/** Word for word. */
export const sentences: Partial<Record<string, string>> = {
  'Name, password or code are not right.': 'Name, Passwort oder Code stimmen nicht.',
  'The present password is not right.': 'Das aktuelle Passwort stimmt nicht.',
  'The present password or the code is not right. Each code is good once.':
    'Das aktuelle Passwort oder der Code stimmt nicht. Jeder Code gilt einmal.',
  'The code is not right. Each code is good once.':
    'Der Code stimmt nicht. Jeder Code gilt einmal.',
  'The code does not fit. Look at the clock of the phone, and enter the newest code.':
    'Der Code passt nicht. Prüfen Sie die Uhr des Telefons, und geben Sie den neuesten Code ein.',
  'Enter your present password too.': 'Geben Sie auch Ihr aktuelles Passwort ein.',
  'Your account was changed just now. Try again.':
    'Ihr Konto wurde gerade geändert. Versuchen Sie es erneut.',
  'This password is among the first that are guessed; choose several unrelated words.':
    'Dieses Passwort wird mit als erstes erraten; wählen Sie mehrere Wörter ohne Zusammenhang.',
  'Choose another password than the present one.':
    'Wählen Sie ein anderes Passwort als das jetzige.',
  'This link is not good any more. Ask an administrator for a new one.':
    'Dieser Link gilt nicht mehr. Bitten Sie die Administration um einen neuen.',
  'This link is not good any more. Ask for a new one.':
    'Dieser Link gilt nicht mehr. Bitten Sie um einen neuen.',
  'This is the last administrator of all zones; make another one first.':
    'Dies ist der letzte Administrator aller Zonen; legen Sie zuerst einen anderen an.',
  'You have no right to this; ask an administrator.':
    'Dazu haben Sie keine Berechtigung; wenden Sie sich an die Administration.',
  'This handover was confirmed or withdrawn meanwhile.':
    'Diese Übergabe wurde inzwischen bestätigt oder zurückgezogen.',
  'You may keep views of your own and share none; ask a supervisor to share it.':
    'Sie dürfen eigene Ansichten behalten, aber keine freigeben; bitten Sie die Schichtleitung darum.',
  'This camera keeps no presets.': 'Diese Kamera kennt keine Positionen.',
  'The camera does not answer.': 'Die Kamera antwortet nicht.',
  'You have no right to send anything to screens; operators have.':
    'Sie dürfen nichts an Bildschirme senden; Operatoren dürfen es.',
  'Whoever comes confirms it, with a sign-in of their own.':
    'Wer kommt, bestätigt sie, mit einer eigenen Anmeldung.',
  'Say your name: there are no accounts here.':
    'Nennen Sie Ihren Namen: Hier gibt es keine Konten.',
  'Too many sign in at this moment. Try again.':
    'Gerade melden sich zu viele an. Versuchen Sie es erneut.',
  'This took too long, or another code was shown since. Begin again.':
    'Das dauerte zu lange, oder es wurde inzwischen ein anderer Code gezeigt. Beginnen Sie erneut.',
  'This sign-in was begun too long ago or elsewhere.':
    'Diese Anmeldung wurde vor zu langer Zeit oder an anderer Stelle begonnen.',
  'This sign-in has ended already.': 'Diese Anmeldung ist schon beendet.',
  'The sign-in has ended. Sign in again to go on.':
    'Die Anmeldung ist beendet. Melden Sie sich erneut an, um fortzufahren.',
  'This session was opened in another window. Start it again to take it back here.':
    'Diese Sitzung wurde in einem anderen Fenster geöffnet. Beginnen Sie sie neu, um sie hierher zurückzuholen.',
  'Sign in to go on.': 'Melden Sie sich an, um fortzufahren.',
  'This server takes no new sessions; try again shortly.':
    'Dieser Server nimmt keine neuen Sitzungen an; versuchen Sie es gleich erneut.',
  'The media worker is being replaced; try again shortly.':
    'Der Medienprozess wird gerade ersetzt; versuchen Sie es gleich erneut.',
  'The media worker does not answer; try again shortly.':
    'Der Medienprozess antwortet nicht; versuchen Sie es gleich erneut.',
  'The server is full: it sends no more pictures at the moment.':
    'Der Server ist ausgelastet: Er sendet im Augenblick keine weiteren Bilder.',
  'The server failed at this; its log says why.':
    'Der Server ist daran gescheitert; sein Log sagt, warum.',
  'Your own password is changed on the page of your account, which asks for the present one.':
    'Das eigene Passwort wird auf der Seite Ihres Kontos geändert, die nach dem jetzigen fragt.',
  'You sign in elsewhere; a second factor is set there.':
    'Sie melden sich an anderer Stelle an; ein zweiter Faktor wird dort eingerichtet.',
  'This person signs in elsewhere; rights and password are changed there.':
    'Diese Person meldet sich an anderer Stelle an; Rechte und Passwort werden dort geändert.',
  'There is no second factor: set one up first.':
    'Es gibt keinen zweiten Faktor: Richten Sie zuerst einen ein.',
  'Their link was used or revoked already.': 'Ihr Link wurde schon benutzt oder zurückgezogen.',
  'This account is switched off.': 'Dieses Konto ist abgeschaltet.',
  'There is no such person any more.': 'Diese Person gibt es nicht mehr.',
  'There is no such key any more.': 'Diesen Schlüssel gibt es nicht mehr.',
  'There is no such view any more.': 'Diese Ansicht gibt es nicht mehr.',
  'There is no such plan any more.': 'Diesen Plan gibt es nicht mehr.',
  'There is no such happening any more.': 'Dieses Ereignis gibt es nicht mehr.',
  'This screen is not open any more: look at the list again.':
    'Dieser Bildschirm ist nicht mehr offen: Sehen Sie noch einmal in die Liste.',
  'This plan has no picture yet.': 'Dieser Plan hat noch kein Bild.',
  'The picture has to be PNG, JPEG or WebP.': 'Das Bild muss PNG, JPEG oder WebP sein.',
  'This server has no map of the city.': 'Dieser Server hat keinen Stadtplan.',
  'This camera is away.': 'Diese Kamera ist nicht da.',
  'This camera has no such preset any more.': 'Diese Position hat die Kamera nicht mehr.',
  'This camera cannot be turned in this way.': 'Diese Kamera lässt sich so nicht bewegen.',
  'The node of this camera does not answer.': 'Der Server dieser Kamera antwortet nicht.',
  'The media connection is gone.': 'Die Medienverbindung ist weg.',
};

/** Those with something in them, `{}`: a name, a number. */
export const templates: readonly (readonly [said: string, german: string])[] = [
  [
    'You have no right to this in {}; ask an administrator.',
    'In {} haben Sie dazu keine Berechtigung; wenden Sie sich an die Administration.',
  ],
  [
    'A password needs at least {} characters; four or five unrelated words are easy to keep.',
    'Ein Passwort braucht mindestens {} Zeichen; vier oder fünf Wörter ohne Zusammenhang merkt man sich leicht.',
  ],
  ['{} is disabled: enable them first.', '{} ist gesperrt: Geben Sie das Konto zuerst frei.'],
  [
    '{} signs in elsewhere, and has no password.',
    '{} meldet sich an anderer Stelle an und hat kein Passwort.',
  ],
  [
    '{} is handing over already: confirm that first, or have it withdrawn.',
    '{} übergibt schon: Bestätigen Sie das zuerst, oder lassen Sie es zurückziehen.',
  ],
  ['Only {} can withdraw this handover.', 'Nur {} kann diese Übergabe zurückziehen.'],
  ['{} is not listed any more.', '{} ist nicht mehr eingetragen.'],
  [
    'There are {} plans already; remove one first.',
    'Es gibt schon {} Pläne; entfernen Sie zuerst einen.',
  ],
  ['There is no zone {}.', 'Eine Zone {} gibt es nicht.'],
  ['You may not watch {}.', 'Sie dürfen {} nicht ansehen.'],
  [
    'The view {} is shared, and you may not change it; save one of your own.',
    'Die Ansicht {} ist freigegeben, und Sie dürfen sie nicht ändern; speichern Sie eine eigene.',
  ],
  [
    'Somebody else has changed the view {} meanwhile: look at it as it is now, and save again.',
    'Jemand anderes hat die Ansicht {} inzwischen geändert: Sehen Sie sie an, wie sie jetzt ist, und speichern Sie erneut.',
  ],
  [
    'Somebody else has changed the plan {} meanwhile: look at it as it is now, and change it again.',
    'Jemand anderes hat den Plan {} inzwischen geändert: Sehen Sie ihn an, wie er jetzt ist, und ändern Sie ihn erneut.',
  ],
  ['There is a camera {} already.', 'Eine Kamera {} gibt es schon.'],
  ['There is no gateway {}.', 'Ein Gateway {} gibt es nicht.'],
  ['No camera {} is set in the console.', 'In der Konsole ist keine Kamera {} eingerichtet.'],
  ['The gateway {} is not connected.', 'Das Gateway {} ist nicht verbunden.'],
  ['The gateway {} does not answer.', 'Das Gateway {} antwortet nicht.'],
  [
    'The gateway {} is connected: stop it, or revoke its key, first.',
    'Das Gateway {} ist verbunden: Halten Sie es zuerst an, oder widerrufen Sie seinen Schlüssel.',
  ],
  [
    'There are {} gateways already; forget one of them in the console.',
    'Es gibt schon {} Gateways; vergessen Sie eines davon in der Konsole.',
  ],
  [
    'The camera of {} cannot be steered, or is away.',
    'Die Kamera von {} lässt sich nicht steuern, oder sie ist nicht da.',
  ],
  [
    'This camera keeps {} presets; remove one first.',
    'Diese Kamera hat {} Positionen; entfernen Sie zuerst eine.',
  ],
  ['At most {} presets can have masks.', 'Höchstens {} Positionen können Masken haben.'],
  [
    'Another camera is publishing in {}. End its session, or choose another zone.',
    'In {} sendet eine andere Kamera. Beenden Sie deren Sitzung, oder wählen Sie eine andere Zone.',
  ],
  [
    '{} has privacy masks, and this camera cannot burn them into its picture.',
    '{} hat Datenschutzmasken, und diese Kamera kann sie nicht in ihr Bild einbrennen.',
  ],
  [
    'This account has {} connections open already.',
    'Dieses Konto hat schon {} offene Verbindungen.',
  ],
  [
    'This account may take part in {} zones at once, and would in {}; leave some first.',
    'Dieses Konto darf in {} Zonen zugleich teilnehmen und käme auf {}; verlassen Sie zuerst einige.',
  ],
  ['Too many {}; try again in {}.', 'Zu viel auf einmal ({}); versuchen Sie es in {} erneut.'],
  ['The media parameters cannot be used: {}', 'Diese Medienangaben sind nicht brauchbar: {}'],
];
