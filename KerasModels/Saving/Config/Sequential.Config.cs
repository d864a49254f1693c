using System.Text.Json;
using System.Text.Json.Nodes;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras;

public sealed partial class Sequential
{
    internal override void ReadFrom(ConfigReader reader)
    {
        ConfigObject config = reader.Config;
        Generation = reader.Generation;
        if (config.Text("name") is { } name)
            AdoptName(name);
        reader.Ignore("name", "trainable", "dtype", "layers", "build_input_shape");
        foreach (JsonElement element in config.List("layers"))
        {
            ConfigObject entry = new(element, $"A layer of {config.Owner}");
            Layer layer = ModelConfigReader.ReadLayer(entry, reader.Context);
            // Old files state the input in the first layer.
            if (Layers.Count == 0 && Entry is null && layer is not InputLayer and not Model
                && (entry.RequiredObject("config").Shape("batch_input_shape") ?? entry.RequiredObject("config").Shape("batch_shape"))
                    is { Rank: > 0 } shape)
            {
                Add(new InputLayer(Shape.Create(shape.ToArray().AsSpan()[1..]), $"{layer.Name}_input", layer.DTypePolicy.ComputeDType,
                    shape[0] < 0 ? null : shape[0]));
            }
            else if (Layers.Count == 0 && Entry is null
                && layer is Model { IsBuilt: true, InputShapes: [{ HasRank: true, Rank: > 0 } inner] })
            {
                // A model within it has an input of its own.
                Add(new InputLayer(Shape.Create(inner.ToArray().AsSpan()[1..]), $"{layer.Name}_input", layer.DTypePolicy.ComputeDType,
                    inner[0] < 0 ? null : inner[0]));
            }

            if (Layers.Count == 0)
                Entry?.CompleteFor(layer, ModelConfigReader.BuiltShape(entry));
            Add(layer);
        }

        if (Entry is not null)
            Build();
        else if (config.Shape("build_input_shape") is { } built)
            Build(built);
        if (!config.Flag("trainable", true))
            FreezeWithoutLayers();
    }

    internal override void WriteTo(ConfigWriter writer) => WriteTo(writer, withInput: true);

    /// <summary>
    /// The entry of a model within a functional one, which has no use for its input: without it both generations count its calls from 0.
    /// </summary>
    internal JsonObject ToNodeWithoutInput(ConfigWriter parent)
    {
        ConfigWriter writer = parent.For(ToString());
        WriteTo(writer, withInput: false);
        return NewNode(RequireRegistered(), writer.Config);
    }

    private void WriteTo(ConfigWriter writer, bool withInput)
    {
        JsonArray layers = [];
        if (withInput && Entry is { } input)
            layers.Add(input.ToNode(writer));
        foreach (Layer layer in _layers)
            layers.Add(layer.ToNode(writer));
        writer.Config["name"] = Name;
        writer.Config["layers"] = layers;
    }
}
