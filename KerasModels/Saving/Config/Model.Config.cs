using System.Text.Json.Nodes;
using TfLbfgs.Keras.Saving.Config;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras;

public partial class Model
{
    internal override void ReadFrom(ConfigReader reader)
    {
        Generation = reader.Generation;
        if (GetType() != typeof(Model))
        {
            base.ReadFrom(reader);
            return;
        }

        if (reader.Config.Text("name") is { } name)
            AdoptName(name);
        reader.Ignore("name", "trainable", "dtype", "layers", "input_layers", "output_layers");
        FunctionalConfigReader.Read(this, reader.Config, reader.Context);
        if (!reader.Config.Flag("trainable", true))
            FreezeWithoutLayers();
    }

    internal override void WriteTo(ConfigWriter writer)
    {
        if (_graph is null)
            base.WriteTo(writer);
        else
            ModelConfigWriter.WriteFunctional(this, writer);
    }

    // Without a module: with one, Keras 3 looks for a class keras.Functional, which it does not export.
    internal override JsonNode ToNode(ConfigWriter parent)
    {
        if (_graph is null)
            return base.ToNode(parent);
        ConfigWriter writer = parent.For(ToString());
        WriteTo(writer);
        return new JsonObject { ["class_name"] = "Functional", ["config"] = writer.Config };
    }
}
