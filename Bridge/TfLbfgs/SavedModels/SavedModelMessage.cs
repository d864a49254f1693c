using System.Globalization;
using Google.Protobuf;
using TfLbfgs.Formats.Protos;
using TfLbfgs.Formats.SavedModels;
using TfLbfgs.Graphs;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.SavedModels;

/// <summary>
/// The message of a SavedModel that is written: the objects, which <c>tf.saved_model.load</c> makes again, and a graph with the same
/// functions, which sessions run.
/// </summary>
internal sealed class SavedModelMessage
{
    private const string Value = ".ATTRIBUTES/VARIABLE_VALUE", Method = "tensorflow/serving/predict", FileName = "saver_filename",
        Restore = "saver_restore";
    // What wrote the graph, as a number: readers of this version and later know all that is in it.
    private const int Producer = 1087;
    // The objects before the variables: the saved one, its two lists of variables, and the signatures.
    internal const int FirstVariable = 4;

    private readonly IReadOnlyList<Variable> _variables;
    private readonly IReadOnlyDictionary<string, SavedSignature> _signatures;
    private readonly IReadOnlyDictionary<string, SavedSignature> _functionsOfObject;
    private readonly IReadOnlyList<(string[] Path, int Variable)> _paths;
    private readonly GraphDef _graph =
        new() { Versions = new VersionDef { Producer = Producer, MinConsumer = 12 }, Library = new FunctionDefLibrary() };
    private readonly SavedObjectGraph _objects = new();
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _constants = [];

    /// <summary>Takes variables, signatures and functions, and the paths of variables among the attributes of the object.</summary>
    public SavedModelMessage(
        IReadOnlyList<Variable> variables, IReadOnlyDictionary<string, SavedSignature> signatures,
            IReadOnlyDictionary<string, SavedSignature> functions,
        IReadOnlyList<(string[] Path, int Variable)> paths)
    {
        _paths = paths;
        _functionsOfObject = functions;
        _variables = variables;
        _signatures = signatures;
        Keys = [.. variables.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"variables/{i}/{Value}"))];
    }

    /// <summary>The keys of the variables in the checkpoint.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The graph of the objects as the checkpoint has it.</summary>
    public byte[] ObjectsOfCheckpoint()
    {
        TrackableObjectGraph graph = new();
        foreach (SavedObject node in _objects.Nodes)
        {
            TrackableObjectGraph.Types.TrackableObject trackable = new();
            trackable.Children.Add(node.Children);
            graph.Nodes.Add(trackable);
        }

        for (int i = 0; i < _variables.Count; i++)
            graph.Nodes[FirstVariable
                + i].Attributes.Add(new TrackableObjectGraph.Types.TrackableObject.Types.SerializedTensor
                {
                    Name = "VARIABLE_VALUE",
                    FullName = _variables[i].Name,
                    CheckpointKey = Keys[i]
                });
        return graph.ToByteArray();
    }

    /// <summary>The message.</summary>
    public SavedModel ToSavedModel()
    {
        AddObjects();
        AddVariables();
        MetaGraphDef meta = new()
        {
            MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { TensorflowVersion = TfRuntime.Version, Tags = { "serve" } },
            GraphDef = _graph,
            ObjectGraphDef = _objects,
            SaverDef = AddSaver(),
        };
        foreach ((string name, SavedSignature signature) in _signatures)
            meta.SignatureDef[name] = AddSignature(name, signature);
        foreach (SavedSignature function in _functionsOfObject.Values)
            AddTrace(function, Positional(function.Inputs), OneOrList(function.Outputs), null);
        return new SavedModel { SavedModelSchemaVersion = 1, MetaGraphs = { meta } };
    }

    private void AddObjects()
    {
        SavedObject root = AddObject("_generic_user_object"), all = AddObject("trackable_list_wrapper"),
            trained = AddObject("trackable_list_wrapper");
        SavedObject signatures = AddObject("signature_map");
        string[] names = ["variables", "trainable_variables", "signatures"];
        for (int i = 0; i < names.Length; i++)
            root.Children.Add(new ObjectReference { LocalName = names[i], NodeId = i + 1 });
        for (int i = 0; i < _variables.Count; i++)
        {
            Variable variable = _variables[i];
            AddChild(all, FirstVariable + i);
            if (variable.Trainable)
                AddChild(trained, FirstVariable + i);
            _objects.Nodes.Add(new SavedObject
            {
                Variable = new SavedVariable
                {
                    Dtype = (int)variable.DType,
                    Shape = ShapeOf(variable.Shape),
                    Trainable = variable.Trainable,
                    Name = variable.Name
                },
            });
        }

        foreach ((string name, SavedSignature signature) in _signatures)
        {
            signatures.Children.Add(new ObjectReference { LocalName = name, NodeId = _objects.Nodes.Count });
            SavedBareConcreteFunction function = new()
            {
                ConcreteFunctionName = signature.Function.Name,
                AllowedPositionalArguments = signature.Inputs.Count == 1 ? 1 : 0,
                FunctionSpec = SpecOf([], signature.Inputs.Select(input => input.Name)),
            };
            function.ArgumentKeywords.Add(signature.Inputs.Select(input => input.Name));
            _objects.Nodes.Add(new SavedObject { BareConcreteFunction = function });
        }

        foreach ((string name, SavedSignature function) in _functionsOfObject)
        {
            root.Children.Add(new ObjectReference { LocalName = name, NodeId = _objects.Nodes.Count });
            SavedFunctionObject traced = new() { FunctionSpec = SpecOf(["inputs"], []) };
            traced.ConcreteFunctions.Add(function.Function.Name);
            _objects.Nodes.Add(new SavedObject { Function = traced });
        }

        AddPaths(root);
    }

    private void AddPaths(SavedObject root)
    {
        Dictionary<string, SavedObject> objects = new(StringComparer.Ordinal);
        foreach ((string[] path, int variable) in _paths)
        {
            SavedObject owner = root;
            for (int i = 1; i < path.Length; i++)
            {
                string place = string.Join('/', path[..i]);
                if (!objects.TryGetValue(place, out SavedObject? part))
                {
                    owner.Children.Add(new ObjectReference { LocalName = path[i - 1], NodeId = _objects.Nodes.Count });
                    objects[place] = part = AddObject("_generic_user_object");
                }

                owner = part;
            }

            owner.Children.Add(new ObjectReference { LocalName = path[^1], NodeId = FirstVariable + variable });
        }
    }

    private SavedObject AddObject(string identifier)
    {
        SavedObject node =
            new()
            {
                UserObject = new SavedUserObject
                {
                    Identifier = identifier,
                    Version = new VersionDef { Producer = 1, MinConsumer = 1 }
                }
            };
        _objects.Nodes.Add(node);
        return node;
    }

    private static void AddChild(SavedObject list, int node) =>
        list.Children.Add(new ObjectReference { LocalName = list.Children.Count.ToString(CultureInfo.InvariantCulture), NodeId = node });

    private void AddVariables()
    {
        for (int i = 0; i < _variables.Count; i++)
        {
            NodeDef node = AddNode("VarHandleOp", VariableNode(i));
            node.Attr["dtype"] = Type(_variables[i].DType);
            node.Attr["shape"] = new AttrValue { Shape = ShapeOf(_variables[i].Shape) };
            node.Attr["shared_name"] = Text(VariableNode(i));
        }
    }

    /// <summary>Saves and restores the variables by nodes, for sessions.</summary>
    private SaverDef AddSaver()
    {
        NodeDef file = AddNode("Placeholder", FileName);
        file.Attr["dtype"] = Type(DType.String);
        file.Attr["shape"] = new AttrValue { Shape = TensorProtos.ShapeOf([]) };
        AddConstant("saver_names", TensorProtos.OfTexts([Keys.Count], Keys));
        AddConstant("saver_slices", TensorProtos.OfTexts([Keys.Count], Keys.Select(_ => "")));
        AttrValue types = Types(_variables.Select(variable => variable.DType));
        NodeDef save = AddNode("SaveV2", "saver_save", FileName, "saver_names", "saver_slices"),
            saved = AddNode("Identity", "saver_saved", FileName, "^saver_save");
        NodeDef restored = AddNode("RestoreV2", "saver_restored", FileName, "saver_names", "saver_slices"), done = AddNode("NoOp", Restore);
        save.Attr["dtypes"] = restored.Attr["dtypes"] = types;
        saved.Attr["T"] = Type(DType.String);
        for (int i = 0; i < _variables.Count; i++)
        {
            NodeDef value = AddNode("ReadVariableOp", string.Create(CultureInfo.InvariantCulture, $"saver_value_{i}"), VariableNode(i));
            value.Attr["dtype"] = Type(_variables[i].DType);
            save.Input.Add(value.Name);
            NodeDef assign = AddNode(
                "AssignVariableOp", string.Create(CultureInfo.InvariantCulture, $"saver_assign_{i}"), VariableNode(i),
                    string.Create(CultureInfo.InvariantCulture, $"saver_restored:{i}"));
            assign.Attr["dtype"] = Type(_variables[i].DType);
            done.Input.Add($"^{assign.Name}");
        }

        return new SaverDef
        {
            FilenameTensorName = FileName + ":0",
            SaveTensorName = "saver_saved:0",
            RestoreOpName = Restore,
            Version = 2
        };
    }

    private SignatureDef AddSignature(string name, SavedSignature signature)
    {
        SignatureDef definition = new() { MethodName = Method };
        string stem = NodeName(name), call = $"{stem}_call";
        List<string> inputs = [];
        foreach (TensorSpec input in signature.Inputs)
        {
            NodeDef placeholder = AddNode(
                "Placeholder", string.Create(CultureInfo.InvariantCulture, $"{stem}_{inputs.Count}_{NodeName(input.Name)}"));
            placeholder.Attr["dtype"] = Type(input.DType);
            placeholder.Attr["shape"] = new AttrValue { Shape = ShapeOf(input.Shape) };
            inputs.Add(placeholder.Name);
            definition.Inputs[input.Name] = Info(placeholder.Name, 0, input);
        }

        AddTrace(signature, Named(signature.Inputs), Dictionary(signature.Outputs), inputs);
        NodeDef node = AddNode("StatefulPartitionedCall", call, [.. inputs]);
        node.Attr["f"] = new AttrValue { Func = new NameAttrList { Name = signature.Function.Name } };
        node.Attr["Tin"] = Types(
            signature.Inputs.Select(input => input.DType).Concat(signature.Function.Captures.Select(capture => capture.DType)));
        node.Attr["Tout"] = Types(signature.Outputs.Select(output => output.DType));
        for (int i = 0; i < signature.Outputs.Count; i++)
            definition.Outputs[signature.Outputs[i].Name] = Info(call, i, signature.Outputs[i]);
        return definition;
    }

    /// <summary>Adds a trace with what it captured.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="arguments">The form of its arguments.</param>
    /// <param name="results">The form of its results.</param>
    /// <param name="captures">Receives the nodes of what it captured; null: nothing does.</param>
    private void AddTrace(SavedSignature trace, StructuredValue arguments, StructuredValue results, List<string>? captures)
    {
        AddFunction(trace.Function.Name);
        SavedConcreteFunction concrete = new() { CanonicalizedInputSignature = arguments, OutputSignature = results };
        _objects.ConcreteFunctions[trace.Function.Name] = concrete;
        for (int i = 0; i < trace.Captures.Count; i++)
        {
            int variable = trace.Captures[i];
            string node = variable >= 0 ? VariableNode(variable) : ConstantOf(trace.Function.Captures[i], out variable);
            captures?.Add(node);
            concrete.BoundInputs.Add(trace.Captures[i] >= 0 ? FirstVariable + variable : variable);
        }
    }

    /// <summary>The node of a constant, which is one for all traces that captured it.</summary>
    private string ConstantOf(Tensor value, out int place)
    {
        if (_constants.TryGetValue(value.Id, out place))
            return _objects.Nodes[place].Constant.Operation;
        string node = string.Create(CultureInfo.InvariantCulture, $"constant_{_constants.Count}");
        AddConstant(node, Constant(value));
        place = _constants[value.Id] = _objects.Nodes.Count;
        _objects.Nodes.Add(new SavedObject { Constant = new SavedConstant { Operation = node } });
        return node;
    }

    /// <summary>Takes a function over from the context, with those that its loops and branches call.</summary>
    private void AddFunction(string name)
    {
        if (!_functions.Add(name))
            return;
        var function = FunctionDef.Parser.ParseFrom(GraphBuilder.SerializeFunction(name));
        _graph.Library.Function.Add(function);
        foreach (AttrValue value in function.NodeDef.SelectMany(node => node.Attr.Values))
        {
            if (value.Func is { } called)
                AddFunction(called.Name);
            foreach (NameAttrList listed in value.List?.Func ?? [])
                AddFunction(listed.Name);
        }
    }

    private NodeDef AddNode(string op, string name, params ReadOnlySpan<string> inputs)
    {
        NodeDef node = new() { Op = op, Name = name };
        foreach (string input in inputs)
            node.Input.Add(input);
        _graph.Node.Add(node);
        return node;
    }

    private void AddConstant(string name, TensorProto value)
    {
        NodeDef node = AddNode("Const", name);
        node.Attr["dtype"] = new AttrValue { Type = value.Dtype };
        node.Attr["value"] = new AttrValue { Tensor = value };
    }

    private static TensorProto Constant(Tensor tensor) => tensor.DType == DType.String
        ? TensorProtos.OfTexts(tensor.Shape.ToArray(), tensor.ToStrings())
        : TensorProtos.Of(tensor.DType, tensor.Shape.ToArray(), tensor.ToBytes());

    /// <summary>No positional arguments, and the named ones.</summary>
    private static StructuredValue Named(IReadOnlyList<TensorSpec> inputs) => Tuple(Tuple(), Dictionary(inputs));

    /// <summary>One positional argument: a tensor, or a list of several.</summary>
    private static StructuredValue Positional(IReadOnlyList<TensorSpec> inputs) => Tuple(Tuple(OneOrList(inputs)), Dictionary([]));

    private static StructuredValue OneOrList(IReadOnlyList<TensorSpec> specs) =>
        specs.Count == 1 ? TensorOf(specs[0]) : List(specs.Select(TensorOf));

    /// <summary>How a function is called. Python: <c>inspect.FullArgSpec</c>.</summary>
    private static FunctionSpec SpecOf(IEnumerable<string> positional, IEnumerable<string> named)
    {
        NamedTupleValue spec = new() { Name = "FullArgSpec" };
        StructuredValue none = new() { NoneValue = new NoneValue() };
        foreach ((string key, StructuredValue value) in (ReadOnlySpan<(string, StructuredValue)>)[
            ("args", Texts(positional)), ("varargs", none), ("varkw", none), ("defaults", none), ("kwonlyargs", Texts(named)),
                ("kwonlydefaults", none), ("annotations", Dictionary([]))])
        {
            spec.Values.Add(new PairValue { Key = key, Value = value });
        }

        return new FunctionSpec { Fullargspec = new StructuredValue { NamedTupleValue = spec }, InputSignature = none };

        static StructuredValue Texts(IEnumerable<string> texts) => List(texts.Select(text => new StructuredValue { StringValue = text }));
    }

    private static StructuredValue Tuple(params ReadOnlySpan<StructuredValue> values)
    {
        TupleValue tuple = new();
        foreach (StructuredValue value in values)
            tuple.Values.Add(value);
        return new StructuredValue { TupleValue = tuple };
    }

    private static StructuredValue List(IEnumerable<StructuredValue> values)
    {
        ListValue list = new();
        list.Values.Add(values);
        return new StructuredValue { ListValue = list };
    }

    private static StructuredValue TensorOf(TensorSpec spec) =>
        new() { TensorSpecValue = new TensorSpecProto { Name = spec.Name, Dtype = (int)spec.DType, Shape = ShapeOf(spec.Shape) } };

    private static StructuredValue Dictionary(IReadOnlyList<TensorSpec> specs)
    {
        DictValue dictionary = new();
        foreach (TensorSpec spec in specs)
            dictionary.Fields[spec.Name] = TensorOf(spec);
        return new StructuredValue { DictValue = dictionary };
    }

    private static TensorInfo Info(string node, int output, TensorSpec spec) => new()
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{node}:{output}"),
        Dtype = (int)spec.DType,
        TensorShape = ShapeOf(spec.Shape),
    };

    /// <summary>A name without what names of nodes may not have.</summary>
    internal static string NodeName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' ? c : '_'));

    private static string VariableNode(int index) => string.Create(CultureInfo.InvariantCulture, $"variable_{index}");

    private static TensorShapeProto ShapeOf(Shape shape) => TensorProtos.ShapeOf(shape.HasRank ? shape.ToArray() : null);

    private static AttrValue Text(string text) => new() { S = ByteString.CopyFromUtf8(text) };

    private static AttrValue Type(DType dtype) => new() { Type = (int)dtype };

    private static AttrValue Types(IEnumerable<DType> dtypes)
    {
        AttrValue.Types.ListValue list = new();
        list.Type.Add(dtypes.Select(dtype => (int)dtype));
        return new AttrValue { List = list };
    }
}
