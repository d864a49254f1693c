using System.Text.Json;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Rebuilds the graph of a functional model. Layers stand in any order, and a call waits until its inputs exist. Keras 2 refers to a tensor
/// as <c>[layer, call, output, arguments]</c>, Keras 3
/// as an object with <c>keras_history</c>; the numbers of calls are those of the file.
/// </summary>
internal sealed class FunctionalConfigReader
{
    private readonly ConfigObject _config;
    private readonly Dictionary<string, PendingLayer> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Layer, int Call), List<string>> _waiting = [];

    private FunctionalConfigReader(ConfigObject config) => _config = config;

    /// <summary>Makes a model functional as its configuration says.</summary>
    public static void Read(Model model, ConfigObject config, ConfigContext context)
    {
        FunctionalConfigReader reader = new(config);
        try
        {
            List<Reference> inputs = Flatten(config, "input_layers"), outputs = Flatten(config, "output_layers");
            reader.ReadLayers(context);
            reader.MakeInputs();
            reader.NoteNumbering(context.Generation, outputs);
            reader.ApplyAll();
            model.SetGraph([.. inputs.Select(reader.ResolveEnd)], [.. outputs.Select(reader.ResolveEnd)]);
        }
        catch (Exception e)
        {
            foreach (PendingLayer layer in reader._layers.Values)
                layer.Layer.Dispose();
            if (e is TfLbfgsException and not ModelConfigException)
                throw new ModelConfigException($"{config.Owner}: {e.Message}", e);
            throw;
        }
    }

    private void ReadLayers(ConfigContext context)
    {
        foreach (JsonElement element in _config.List("layers"))
        {
            ConfigObject entry = new(element, $"A layer of {_config.Owner}");
            Layer layer = ModelConfigReader.ReadLayer(entry, context);
            string name = entry.Text("name") ?? layer.Name;
            if (!layer.HasName)
                layer.AdoptName(name);
            if (!_layers.TryAdd(name, new PendingLayer(layer, [.. ReadCalls(entry, name, layer)], ModelConfigReader.BuiltShape(entry))))
            {
                layer.Dispose();
                throw new ModelConfigException($"{_config.Owner}: expected layers with different names, received '{name}' twice.");
            }
        }
    }

    private void MakeInputs()
    {
        foreach (PendingLayer pending in _layers.Values)
        {
            foreach (Call call in pending.Calls)
            {
                if (call.Inputs is [var only] && _layers.TryGetValue(only.Layer, out PendingLayer? source)
                    && source.Layer is InputLayer input)
                    input.CompleteFor(pending.Layer, pending.Built);
            }
        }

        foreach (InputLayer input in _layers.Values.Select(pending => pending.Layer).OfType<InputLayer>())
            _ = input.Output;
    }

    private static IEnumerable<Call> ReadCalls(ConfigObject entry, string name, Layer layer)
    {
        ConfigObject named = entry.Of($"Layer '{name}'");
        if (!named.Has("inbound_nodes"))
            yield break;
        foreach (JsonElement node in named.List("inbound_nodes"))
        {
            if (layer is NamedOperation)
                yield return OperationCall(named, node);
            else if (node.ValueKind == JsonValueKind.Object)
                yield return Keras3Call(new ConfigObject(node, named.Owner));
            else if (node.ValueKind == JsonValueKind.Array && node.GetArrayLength() > 0)
                yield return Keras2Call(named, node);
            else
                throw named.Fail("inbound_nodes", "a list of calls", node);
        }
    }

    private static Call Keras2Call(ConfigObject owner, JsonElement node)
    {
        List<Reference> inputs = [];
        ArgumentReader arguments = new(owner.Owner);
        foreach (JsonElement item in (IEnumerable<JsonElement>)(node[0].ValueKind == JsonValueKind.String ? [node]
            : [.. node.EnumerateArray()]))
        {
            inputs.Add(ToReference(owner, "inbound_nodes", item));
            if (item.GetArrayLength() > 3)
                arguments.Read(new ConfigObject(item[3], owner.Owner));
        }

        return new Call(inputs, arguments, (KerasGeneration.Keras2, node));
    }

    private static Call Keras3Call(ConfigObject node)
    {
        List<Reference> inputs = [];
        ArgumentReader arguments = new(node.Owner);
        void Collect(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement item in value.EnumerateArray())
                    Collect(item);
            }
            else if (ArgumentReader.AsKeras3Reference(node, value) is { } reference)
            {
                inputs.Add(reference);
            }
            else if (value.ValueKind != JsonValueKind.Null)
            {
                throw node.Fail("args", "outputs of layers", value);
            }
        }

        foreach (JsonElement argument in node.List("args"))
            Collect(argument);

        if (node.Object("kwargs") is { } named)
            arguments.Read(named);
        return new Call(inputs, arguments, (KerasGeneration.Keras3, node.Element));
    }

    private static Call OperationCall(ConfigObject owner, JsonElement node)
    {
        OperationCallReader reader = new(owner);
        OperationTemplate template = reader.Read(node);
        return new Call(reader.Inputs, new ArgumentReader(owner.Owner) { Operation = template }, null);
    }

    internal static Reference ToReference(ConfigObject owner, string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() < 3 || value[0].ValueKind != JsonValueKind.String
            || value[1].ValueKind != JsonValueKind.Number || !value[1].TryGetInt32(out int call)
                || value[2].ValueKind != JsonValueKind.Number || !value[2].TryGetInt32(out int output))
        {
            throw owner.Fail(field, "[layer, call, output]", value);
        }

        return new Reference(value[0].GetString()!, call, output);
    }

    // A list of references, one alone, or references by name, which Keras takes in the order of the names.
    private static List<Reference> Flatten(ConfigObject config, string field)
    {
        List<Reference> references = [];
        void Collect(JsonElement value)
        {
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.String)
                references.Add(ToReference(config, field, value));
            else if (value.ValueKind == JsonValueKind.Array)
                value.EnumerateArray().ToList().ForEach(Collect);
            else if (value.ValueKind == JsonValueKind.Object)
                value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).ToList().ForEach(
                    member => Collect(member.Value));
            else
                throw config.Fail(field, "references to layers", value);
        }

        Collect(config.Find(field) ?? throw config.Missing(field));
        return references;
    }

    // Keras 2 counts the calls of a functional model from 1, since its own outputs are number 0; Keras 3 counts from 0, but in the lists of
    // inputs and outputs of the model around it.
    private void NoteNumbering(KerasGeneration generation, List<Reference> outputs)
    {
        HashSet<string> fromZero =
            [.. _layers.Values.SelectMany(layer => layer.Calls).SelectMany(call => call.Sources).Concat(outputs).Where(r => r.Call == 0)
            .Select(r => r.Layer)];
        foreach ((string name, PendingLayer pending) in _layers)
        {
            bool isFunctional = pending.Layer is Model { Graph: not null };
            // Of Keras 2 a sequential model is a graph of its own, too.
            pending.First = pending.Layer is Model && generation == KerasGeneration.Keras2 && !fromZero.Contains(name) ? 1 : 0;
            pending.FirstAtEnds = isFunctional && generation == KerasGeneration.Keras3 ? 1 : pending.First;
        }
    }

    private void ApplyAll()
    {
        Queue<string> ready = new(_layers.Keys);
        while (ready.TryDequeue(out string? name))
        {
            PendingLayer layer = _layers[name];
            while (layer.Done < layer.Calls.Count)
            {
                Call call = layer.Calls[layer.Done];
                if (call.Sources.FirstOrDefault(input => !IsThere(input)) is { } missing)
                {
                    if (!_waiting.TryGetValue((missing.Layer, missing.Call), out List<string>? waiting))
                        _waiting[(missing.Layer, missing.Call)] = waiting = [];
                    waiting.Add(name);
                    break;
                }

                CallArguments arguments = call.Arguments.ToCallArguments(layer.Layer, Resolve);
                if (call.Form is (var generation, var json))
                    arguments.Form =
                        new CallForm(generation, json,
                        [.. CallForm.ReferencesIn(json).Select(reference => Resolve(ToReference(_config, "inbound_nodes", reference)))]);
                layer.Layer.Apply([.. call.Inputs.Select(Resolve)], arguments, call.Arguments.Training);
                // Models that were written here have calls in the form of Keras 2, and keep to what was said in code.
                layer.Layer.Nodes[^1].FollowsModel = call.Form is (KerasGeneration.Keras3, _);
                if (_waiting.Remove((name, layer.Done + layer.First), out List<string>? waiters))
                    waiters.ForEach(ready.Enqueue);
                layer.Done++;
            }
        }

        foreach ((string name, PendingLayer layer) in _layers)
        {
            if (layer.Done < layer.Calls.Count)
            {
                Reference missing = layer.Calls[layer.Done].Sources.First(input => !IsThere(input));
                throw new ModelConfigException(
                    $"{_config.Owner}: layer '{name}' takes output {missing.Output} of call {missing.Call} of '{missing.Layer}', which "
                        + $"{(_layers.ContainsKey(missing.Layer) ? "is never made (or depends on it)" : "is no layer of the model")}.");
            }
        }
    }

    private bool IsThere(Reference reference) => Find(reference) is not null;

    private KerasTensor Resolve(Reference reference) => Find(reference) ?? throw Missing(reference);

    /// <summary>A reference in the lists of inputs and outputs.</summary>
    private KerasTensor ResolveEnd(Reference reference) =>
        (_layers.TryGetValue(reference.Layer, out PendingLayer? pending)
            ? Find(pending, reference.Call - pending.FirstAtEnds, reference.Output) : null) ?? throw Missing(reference);

    private ModelConfigException Missing(Reference reference) =>
        new($"{_config.Owner}: expected an output of a layer, received [{reference.Layer}, {reference.Call}, {reference.Output}], which "
            + "does not exist.");

    private KerasTensor? Find(Reference reference) =>
        _layers.TryGetValue(reference.Layer, out PendingLayer? pending)
            ? Find(pending, reference.Call - pending.First, reference.Output) : null;

    private static KerasTensor? Find(PendingLayer pending, int call, int output)
    {
        if (call < 0 || call >= pending.Layer.Nodes.Count)
            return null;
        IReadOnlyList<KerasTensor> outputs = pending.Layer.Nodes[call].Outputs;
        return output >= 0 && output < outputs.Count ? outputs[output] : null;
    }

    /// <summary>An output of a call, as files refer to it.</summary>
    internal sealed record Reference(string Layer, int Call, int Output);

    private sealed record Call(IReadOnlyList<Reference> Inputs, ArgumentReader Arguments,
        (KerasGeneration Generation, JsonElement Json)? Form)
    {
        public IEnumerable<Reference> Sources => Inputs.Concat(Arguments.References);
    }

    private sealed class PendingLayer(Layer layer, IReadOnlyList<Call> calls, Shape? built)
    {
        public Layer Layer { get; } = layer;

        public IReadOnlyList<Call> Calls { get; } = calls;

        /// <summary>The shape of its input for which the layer was built; null: not stated.</summary>
        public Shape? Built { get; } = built;

        /// <summary>The number of the first call.</summary>
        public int First { get; set; }

        /// <summary>The number of the first call in the lists of inputs and outputs of the model.</summary>
        public int FirstAtEnds { get; set; }

        /// <summary>How many calls were made.</summary>
        public int Done { get; set; }
    }
}
