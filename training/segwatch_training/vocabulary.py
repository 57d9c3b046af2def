"""The words of training: concepts, the many ways people say them, and wider words that cover several concepts.

A concept is one class of the dense targets. Its synonyms and hyponyms are phrases that mean it (or a kind of it), so a
random one of them stands for it at each training step. A group is a wider word, trained to cover all its concepts, and
an alias of each of them at query time, so that a query never competes with its own kin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

# One line for a concept: name | synonyms and kinds. Order is the class index of the cached targets' merge step.
_CONCEPTS = """
person | man, woman, people, pedestrian, human, child, boy, girl, someone, worker, adult, passer-by, people walking, walker, human being, lady, guy, kid, player, a person standing, crowd, pedestrians, baby, runner, guard, visitor, customer, employee, men, women, children, persons, skier, skateboarder, police officer, construction worker
bicycle | bike, bicycles, push bike, cycle, mountain bike, road bike, pushbike, bikes
car | automobile, cars, sedan, suv, taxi, cab, hatchback, motor car, auto, parked car, police car, sports car, jeep, station wagon, convertible, passenger car
motorcycle | motorbike, scooter, moped, motor scooter, motorcycles, motor bike, auto rickshaw
bus | coach, buses, minibus, school bus, city bus, double decker bus, omnibus, trolleybus
truck | lorry, trucks, pickup truck, heavy goods vehicle, fire truck, delivery truck, garbage truck, trailer truck, tow truck, semi truck, hgv, dump truck
van | minivan, delivery van, cargo van, ambulance, camper van
train | trains, locomotive, railway carriage, tram, subway train, metro, streetcar, passenger train, freight train
airplane | aeroplane, plane, aircraft, jet, airliner, airplanes
boat | ship, boats, sailboat, rowing boat, yacht, kayak, canoe, speedboat, ferry, vessel
traffic light | traffic signal, stoplight, traffic lights, stop light, semaphore
traffic sign | street sign, road sign, signpost, stop sign, traffic signs
fire hydrant | hydrant, water hydrant
parking meter | meter for parking
bench | park bench, benches, wooden bench
bird | birds, pigeon, seagull, sparrow, crow, parrot, eagle, songbird, gull
cat | kitten, cats, kitty, tabby cat, pet cat, house cat, siamese cat, tomcat, feline
dog | puppy, dogs, hound, pet dog, terrier, labrador, retriever, poodle, bulldog, doggy, sheepdog, spaniel, canine
horse | horses, pony, foal, mare, stallion, race horse
sheep | lamb, ram, flock of sheep, ewe
cow | cows, cattle, calf, bull, ox, buffalo
elephant | elephants, african elephant
bear | brown bear, polar bear, grizzly bear, bears
zebra | zebras
giraffe | giraffes
backpack | rucksack, knapsack, school bag, backpacks
umbrella | parasol, umbrellas, sunshade
handbag | purse, shoulder bag, shopping bag, tote bag, plastic bag, clutch bag
suitcase | luggage, travel bag, trolley case, suitcases, trunk for travel
tie | necktie, bow tie
frisbee | flying disc
skis | ski, pair of skis
snowboard | snow board
ball | sports ball, football, soccer ball, tennis ball, basketball, volleyball
kite | kites, flying kite
baseball bat | cricket bat
baseball glove | catcher's mitt
skateboard | longboard
surfboard | surf board, paddle board
tennis racket | racquet, badminton racket
bottle | bottles, water bottle, wine bottle, beer bottle, plastic bottle, flask
wine glass | goblet, glass of wine, drinking glass
cup | mug, coffee cup, tea cup, coffee mug, paper cup, teacup
fork | table fork
knife | kitchen knife, blade
spoon | teaspoon, ladle, wooden spoon
bowl | bowls, mixing bowl, soup bowl
plate | dish, dinner plate, saucer
banana | bananas, bunch of bananas
apple | apples, green apple, granny smith
sandwich | burger, hamburger, cheeseburger, sub sandwich
orange fruit | orange, tangerine, lemon, citrus fruit
broccoli | cauliflower
carrot | carrots
hot dog | hotdog, sausage in a bun
pizza | slice of pizza, pizzas
donut | doughnut, donuts, bagel
cake | birthday cake, cupcake, pastry, chocolate cake
food | meal, meat, dish of food, salad, snack, dessert, ice cream, bread
fruit | fruits, strawberry, pineapple, grapes, vegetables, vegetable
chair | chairs, armchair, office chair, folding chair, stool, seat, rocking chair, dining chair, bar stool
couch | sofa, settee, loveseat, studio couch, sofas
potted plant | houseplant, flowerpot, indoor plant, plant in a pot, plant pot
bed | beds, bunk bed, four-poster, crib, mattress
table | dining table, desk, coffee table, tables, kitchen table, tabletop, wooden table, side table
counter | kitchen counter, countertop, worktop, reception desk, bar counter
toilet | toilet seat, lavatory, toilet bowl
tv | television, monitor, screen, computer screen, tv screen, display, television set
laptop | notebook computer, laptop computer, macbook
computer mouse | mouse of a computer, wireless mouse
remote control | tv remote, remote
keyboard | computer keyboard, keypad
phone | mobile phone, cell phone, smartphone, cellphone, telephone, iphone
microwave | microwave oven
oven | stove, cooker, hob, toaster
sink | washbasin, basin, kitchen sink, washbowl
refrigerator | fridge, freezer
book | books, notebook, magazine, booklet
clock | wall clock, clocks, analog clock, alarm clock
vase | flower vase, jar, pot, pitcher
scissors | pair of scissors
teddy bear | stuffed toy, plush toy, toy, soft toy, doll
toothbrush | tooth brush
banner | flag, poster, flags
blanket | quilt, duvet, bedspread, bed sheet
bridge | footbridge, overpass, viaduct
cardboard box | box, carton, cardboard, package, parcel, crate
curtain | curtains, drapes, drapery, shower curtain
door | doors, doorway, gate, entrance door, front door
flower | flowers, rose, daisy, blossom, tulip
gravel | pebbles, loose stones
house | houses, home, cottage, villa, bungalow
lamp | light, lights, ceiling light, table lamp, light bulb, chandelier
street lamp | street light, lamp post, lamppost, streetlight
mirror | looking glass, mirrors
net | netting, mesh
pillow | cushion, pillows, cushions
platform | train platform, railway platform, stage
sports field | playing field, football pitch, soccer field, tennis court, playground, baseball field
railway | railway track, rail tracks, railroad, train tracks
river | stream, creek, canal
road | street, roadway, asphalt, highway, motorway, lane, tarmac, carriageway, road surface, avenue, pavement of a road, zebra crossing, drivable area
roof | rooftop, roof tiles
sand | beach, sandy ground, desert
sea | ocean, seaside water, waves
shelf | shelves, bookshelf, bookcase, rack, shelving
snow | snowy ground, ice, snow field
stairs | staircase, steps, stairway, escalator, step
tent | canopy, marquee, awning
towel | towels, bath towel
wall | walls, brick wall, concrete wall, stone wall, wooden wall, tiled wall, wall surface
water | lake, pond, water surface, swimming pool, pool, puddle, fountain
window blind | blinds, shutters, venetian blind
window | windows, window pane, glass window, windowpane
tree | trees, tree trunk, palm tree, bush, shrub, oak, treetop, hedge, branches, woods, forest
fence | fences, railing, guardrail, guard rail, wire fence, picket fence, handrail, barrier, gate fence
ceiling | indoor ceiling, ceiling tiles
sky | clouds, blue sky, cloud, cloudy sky, skies, overcast sky, sunset sky
cabinet | cupboard, wardrobe, closet, drawer, cabinets, dresser, chest of drawers
floor | wooden floor, floorboards, tiled floor, indoor floor, parquet, linoleum, flooring, ground indoors
sidewalk | pavement, footpath, walkway, kerb, curb, path, pedestrian path, sidewalks, footway
mountain | hill, mountains, hills, hillside, cliff
grass | lawn, meadow, turf, green grass, grassland, grass field
dirt | soil, earth, mud, bare ground, dirt road, ground
paper | sheet of paper, document, papers, newspaper
rock | stone, rocks, boulder, stones
building | buildings, skyscraper, tower, office building, apartment building, facade, block of flats, warehouse, church, shop
rug | carpet, mat, doormat, carpets
plant | plants, leaves, foliage, fern, greenery, leaf, ivy
field | farmland, crop field, farm field, pasture, wheat field
painting | picture on a wall, picture frame, photo frame, artwork, framed picture
pole | post, lamp post, utility pole, lamp pole, electric pole, telegraph pole, pillar, column
billboard | advertising board, hoarding, signboard, shop sign
trash can | rubbish bin, dustbin, garbage can, bin, waste container, dumpster, wheelie bin
traffic cone | road cone, safety cone
clothes | clothing, jacket, shirt, coat, dress, jeans, t-shirt, suit
hat | cap, cowboy hat, baseball cap, straw hat
helmet | crash helmet, bike helmet, hard hat, motorcycle helmet
shoe | shoes, sneakers, boots, boot, sandal
glasses | sunglasses, spectacles
camera | security camera, cctv camera, video camera, webcam
guitar | electric guitar, acoustic guitar, violin, musical instrument, cello
piano | grand piano, organ
drum | drums
insect | butterfly, bee, beetle, fly, dragonfly, ant, moth
spider | tarantula, scorpion
fish | goldfish, shark, ray, trout
reptile | lizard, snake, turtle, crocodile, tortoise, frog, alligator
rabbit | hare, bunny, hamster, guinea pig
monkey | ape, gorilla, chimpanzee, baboon
wild cat | lion, tiger, leopard, cheetah, jaguar, lynx
fox | wolf, coyote, jackal
deer | antelope, gazelle, elk, moose, impala
pig | boar, hog, piglet
goat | ibex, bighorn
chicken | hen, rooster, cock, turkey
duck | goose, swan, ducks
squirrel | mouse animal, rat, beaver, marmot
whale | dolphin, seal, sea lion
mushroom | fungus, fungi
stroller | pram, baby carriage, pushchair, buggy
shopping cart | trolley, shopping trolley, cart
wheelchair | wheel chair
wheel | tyre, tire, car wheel
tractor | excavator, digger, forklift, crane, harvester, bulldozer
ladder | stepladder
fan | electric fan, ceiling fan
basket | wicker basket, hamper, bucket, barrel, bin basket
tool | hammer, screwdriver, drill, wrench, shovel
weapon | gun, rifle, pistol, sword
fire | flame, flames, bonfire, campfire
smoke | steam, fog, mist
statue | sculpture, monument
fireplace | hearth, radiator, stove fireplace
bathtub | bath, shower, tub
washing machine | dishwasher, dryer
computer | desktop computer, server, printer, photocopier
candle | candles
hand | arm, fingers
face | head, hair, human face
bicyclist | cyclist, biker, rider, cyclists, bicyclists, bike rider, bicycle rider, person on a bicycle
"""

# Wider words: each is trained to cover all its concepts and is their alias at query time.
GROUPS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("person", "people", "human", "someone", "persons", "human being"), ("person", "bicyclist")),
    "vehicle": ("car", "van", "bus", "truck", "motorcycle", "bicycle", "train", "tractor"),
    "motor vehicle": ("car", "van", "bus", "truck", "motorcycle"),
    "traffic": ("car", "van", "bus", "truck", "motorcycle", "bicycle"),
    "vehicles": ("car", "van", "bus", "truck", "motorcycle", "bicycle", "train", "tractor"),
    "four-wheeler": ("car", "van", "truck", "bus"),
    "two-wheeler": ("motorcycle", "bicycle"),
    "animal": ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "rabbit", "monkey",
               "wild cat", "fox", "deer", "pig", "goat", "chicken", "duck", "squirrel", "reptile", "fish", "insect"),
    "animals": ("bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "deer"),
    "pet": ("cat", "dog", "rabbit"),
    "livestock": ("horse", "sheep", "cow", "pig", "goat", "chicken"),
    "furniture": ("chair", "couch", "table", "bed", "cabinet", "shelf", "bench"),
    "vegetation": ("tree", "grass", "plant", "flower", "field", "potted plant"),
    "greenery": ("tree", "grass", "plant"),
    "bag": ("backpack", "handbag", "suitcase"),
    "bags": ("backpack", "handbag", "suitcase"),
    "baggage": ("backpack", "handbag", "suitcase"),
    "seat": ("chair", "couch", "bench"),
    "sign": ("traffic sign", "billboard", "banner"),
    "body of water": ("water", "river", "sea"),
    "architecture": ("building", "house", "bridge", "roof"),
    "structure": ("building", "house", "bridge"),
    "electronics": ("tv", "laptop", "phone", "computer", "keyboard", "remote control", "computer mouse"),
    "kitchen appliance": ("oven", "microwave", "refrigerator"),
    "tableware": ("cup", "bowl", "plate", "wine glass", "fork", "knife", "spoon"),
    "cutlery": ("fork", "knife", "spoon"),
    "paved ground": ("road", "sidewalk"),
    "terrain": ("grass", "dirt", "sand", "gravel", "rock", "field", "snow"),
    "luggage": ("suitcase", "backpack", "handbag"),
    "wildlife": ("elephant", "bear", "zebra", "giraffe", "deer", "fox", "wild cat", "bird"),
    "public transport": ("bus", "train"),
}  # fmt: skip

# Concept -> concepts that it may cover: parts that lie in it, kinds of it, or what only convention tells apart. Such a
# concept is not its negative. The other way round it stays one: a query for "rug" must compete with "floor".
COVERS: dict[str, tuple[str, ...]] = {
    "person": ("hand", "face", "clothes", "shoe", "hat", "helmet", "glasses", "bicyclist"),
    "bicyclist": ("bicycle", "hand", "face", "clothes", "shoe", "helmet"),
    "car": ("van", "wheel"), "van": ("car", "truck"), "truck": ("van", "tractor"), "tractor": ("truck",),
    "house": ("building",), "building": ("house", "roof"),
    "water": ("sea", "river"), "sea": ("water",), "river": ("water",),
    "grass": ("field",), "field": ("grass", "sports field"), "sports field": ("field",),
    "dirt": ("gravel", "sand"), "gravel": ("dirt",), "sand": ("dirt",),
    "plant": ("potted plant", "flower", "tree"), "potted plant": ("plant", "flower", "vase"), "tree": ("plant",),
    "sidewalk": ("platform",), "platform": ("sidewalk",), "lamp": ("street lamp",), "pole": ("street lamp",),
    "street lamp": ("pole",), "food": ("fruit", "cake", "sandwich", "pizza", "hot dog", "donut", "broccoli", "carrot"),
    "fruit": ("apple", "banana", "orange fruit", "carrot", "broccoli"), "table": ("counter",), "counter": ("table",),
    "floor": ("rug",), "bed": ("blanket", "pillow"), "mountain": ("rock", "snow"), "computer": ("laptop", "tv"),
    "traffic sign": ("billboard",), "billboard": ("traffic sign",), "bird": ("chicken", "duck"), "duck": ("bird",),
    "chicken": ("bird",), "bowl": ("plate",), "plate": ("bowl",), "window": ("window blind",),
    "window blind": ("window",), "curtain": ("window blind",), "keyboard": ("laptop",), "cup": ("wine glass",),
}  # fmt: skip

# Teachers' and data sets' names that differ from the concept's.
ALIASES = {
    # Cityscapes
    "vegetation": "tree", "rider": "bicyclist", "terrain": None,
    # ADE-32
    "earth": "dirt", "sofa": "couch", "armchair": "chair", "carpet": "rug",
    # COCO, VOC
    "aeroplane": "airplane", "motorbike": "motorcycle", "dining table": "table", "cell phone": "phone",
    "sports ball": "ball", "mouse": "computer mouse", "remote": "remote control", "orange": "orange fruit",
    "stop sign": "traffic sign", "toaster": "oven", "hair drier": None,
    # COCO panoptic stuff
    "door-stuff": "door", "floor-wood": "floor", "light": "lamp", "mirror-stuff": "mirror",
    "playingfield": "sports field", "railroad": "railway", "wall-brick": "wall", "wall-stone": "wall",
    "wall-tile": "wall", "wall-wood": "wall", "water-other": "water", "window-blind": "window blind",
    "window-other": "window", "tree-merged": "tree", "fence-merged": "fence", "ceiling-merged": "ceiling",
    "sky-other-merged": "sky", "cabinet-merged": "cabinet", "table-merged": "table", "floor-other-merged": "floor",
    "pavement-merged": "sidewalk", "mountain-merged": "mountain", "grass-merged": "grass", "dirt-merged": "dirt",
    "paper-merged": "paper", "food-other-merged": "food", "building-other-merged": "building", "rock-merged": "rock",
    "wall-other-merged": "wall", "rug-merged": "rug", "cardboard": "cardboard box",
}  # fmt: skip

VOID = 255


@dataclass(frozen=True)
class Concept:
    """One class of the dense targets and the phrases that mean it, its name first."""

    name: str
    phrases: tuple[str, ...]


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """All concepts; the position is the class index."""
    out = []
    for line in _CONCEPTS.strip().splitlines():
        name, _, rest = line.partition("|")
        phrases = (name.strip(), *(p.strip() for p in rest.split(",") if p.strip()))
        out.append(Concept(name.strip(), tuple(dict.fromkeys(phrases))))
    return tuple(out)


@lru_cache(maxsize=1)
def index_of() -> dict[str, int]:
    return {c.name: i for i, c in enumerate(concepts())}


def concept_id(name: str) -> int:
    """Class index of a teacher's or data set's class name; `VOID` where no concept stands for it."""
    target = ALIASES.get(name, name)
    return index_of().get(target, VOID) if target is not None else VOID


@lru_cache(maxsize=1)
def covers() -> dict[int, frozenset[int]]:
    """For each concept, the concepts that are not its negatives (itself among them)."""
    ids = index_of()
    return {i: frozenset({i, *(ids[n] for n in COVERS.get(c.name, ()))}) for i, c in enumerate(concepts())}


@lru_cache(maxsize=1)
def phrase_targets() -> dict[str, frozenset[int]]:
    """Every trained phrase -> the concepts it covers. A phrase of several concepts covers all of them."""
    out: dict[str, set[int]] = {}
    for i, concept in enumerate(concepts()):
        for phrase in concept.phrases:
            out.setdefault(phrase, set()).add(i)
    for phrase, names in GROUPS.items():
        out.setdefault(phrase, set()).update(index_of()[n] for n in names)
    return {p: frozenset(s) for p, s in out.items()}


def background_entries() -> list[dict]:
    """`background` of model.json: one entry for each concept, with every phrase that must not compete with it."""
    groups: dict[str, list[str]] = {c.name: [] for c in concepts()}
    for group, names in GROUPS.items():
        for name in names:
            groups[name].append(group)
    entries = []
    for i, concept in enumerate(concepts()):
        aliases = list(concept.phrases[1:]) + groups[concept.name]
        for j, other in enumerate(concepts()):
            if i != j and i in covers()[j]:
                aliases += other.phrases
        entries.append({"name": concept.name, "aliases": [a for a in dict.fromkeys(aliases) if a != concept.name]})
    return entries
