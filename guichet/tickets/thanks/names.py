"""First names that people in these languages often have: after thanks, in a greeting, as a signature."""

NAMES = """
    anna anne ann annie andrea alex alexander alexandra andreas achim adrian alain albert alice amelie amy angela
    antoine arnaud arthur
    audrey axel barbara bea beate ben benjamin benoit bernard bernd bettina birgit bob boris brigitte camille
    carl carla carlos carol
    caroline catherine cathy cecile celine chantal charles charlotte chloe chris christa christian christiane
    christina christine
    christoph christophe claire clara claude claudia cleo colin cornelia corinne dan daniel daniela david denise
    dennis diana didier
    dieter dirk dominik dominique doris dylan edith elena elisa elisabeth elise elke ella ellen emily emma eric
    erik eva fabian fabien
    fabienne felix florence florian franck francois francoise frank franz frederic fred gabi gabriel gabriele
    gaelle georg george
    gerard gerd gilles gisela grace greg guillaume gunter guy hannah hanna hans harald harry heike heidi heinz
    helen helene helga helmut
    henri henry holger hugo ian ines ingo ingrid irene iris isabel isabelle jack jacques jakob james jan jana
    jane janine jason jean
    jeff jennifer jenny jens jeremy jerome jessica jim jo joachim joe joelle john jonas jorg joerg josef joseph
    judith jule julia julian
    julie julien jurgen juergen karen karin karl karsten katharina kathrin katja katrin kate keith kerstin kevin
    kim kirsten klaus
    konrad kurt lara lars laura laurence laurent lea lena leo leon lisa louis louise luc luca lucas lucie lukas
    lydia manfred manon
    manuel manuela marc marcel marco margit maria marie mario marion mark markus martin martina martine mary
    mathieu mathilde matt matthew
    matthias max maxime melanie mia michael michel michele michelle mike miriam monika monique moritz nadia
    nadine nadja nancy natalie
    nathalie nick nicolas nicole niklas nils nina noah norbert odile olaf oliver olivia olivier pascal patricia
    patrick paul paula pauline
    peggy peter petra phil philip philipp philippe pierre priya rachel ralf rainer regina rebecca rene renate
    richard rob robert robin
    roland romain rolf rosa roxane rudi ruth ryan sabine sally sam samuel sandra sandrine sara sarah sascha
    sebastian sebastien serge
    silke silvia simon simone sofia sonia sonja sophie stefan stefanie steffen stephane stephan stephanie steve
    steven sue susan susanne
    sven svenja sylvia sylvie tanja tara theo thierry thomas thorsten tim tina tobias tom toni torsten udo ulrich
    ulrike ursula ute uwe
    valerie vanessa vera verena veronique victor vincent virginie volker walter werner wilhelm will william
    wolfgang xavier yann yannick
    yves yvonne zoe ada eve mehmet ali fatima mohamed ahmed omar youssef karim leila samira aysе ayse murat deniz
    elif ivan olga
    natalia igor tatiana piotr pawel agnieszka katarzyna giulia francesca giovanni luigi jose juan miguel ana
"""
