using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>The layers that files may name: class name to a function that makes the layer of its configuration. Nothing else in a file is ever executed.</summary>
internal static class LayerRegistry
{
    private static readonly Dictionary<string, Func<LayerConfigReader, Layer>> Classes = new(StringComparer.Ordinal)
    {
        ["InputLayer"] = Input,
        ["Dense"] = Dense,
        ["Activation"] = Activation,
        ["Dropout"] = Dropout,
    };

    /// <summary>The class names, without those of models.</summary>
    public static IReadOnlyCollection<string> Names => Classes.Keys;

    /// <summary>Makes a layer.</summary>
    /// <exception cref="ModelConfigException">The class is unknown or its configuration cannot be used.</exception>
    public static Layer Create(string className, ConfigObject config, ConfigContext context)
    {
        if (!Classes.TryGetValue(className, out Func<LayerConfigReader, Layer>? make))
            throw Unknown(className, config.Owner);
        try
        {
            Layer layer = make(new LayerConfigReader(config, context));
            layer.Trainable = config.Flag("trainable", true);
            return layer;
        }
        catch (TfLbfgsException e) when (e is not ModelConfigException)
        {
            throw new ModelConfigException($"{config.Owner}: {e.Message}", e);
        }
    }

    private static ModelConfigException Unknown(string className, string owner) => className is "Lambda" or "TFOpLambda" or "SlicingOpLambda"
        ? new ModelConfigException($"{owner}: a {className} layer holds Python code, and nothing in a file is executed here. Expected one of: {Known()}. Replace it by a layer and save the model again.")
        : new ModelConfigException($"{owner}: unknown layer class '{className}'. Expected one of: {Known()}.");

    private static string Known() => string.Join(", ", Names) + ", Sequential, Functional";

    private static InputLayer Input(LayerConfigReader reader)
    {
        Shape shape = reader.Config.Shape("batch_input_shape") ?? reader.Config.Shape("batch_shape") ?? throw reader.Config.Missing("batch_input_shape");
        if (shape.Rank == 0)
            throw new ModelConfigException($"{reader.Config.Owner}: expected a shape with the batch first, received ().");
        if (reader.Config.Flag("sparse", false) || reader.Config.Flag("ragged", false))
            throw new ModelConfigException($"{reader.Config.Owner}: expected a dense input, received a sparse or ragged one.");
        reader.NoteOthers("sparse", "ragged", "optional", "input_tensor", "type_spec");
        return new InputLayer(Shape.Create(shape.ToArray().AsSpan()[1..]), reader.Name, reader.DType, shape[0] < 0 ? null : shape[0]);
    }

    private static Dense Dense(LayerConfigReader reader)
    {
        reader.NoteOthers("units", "activation", "use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer",
            "kernel_constraint", "bias_constraint");
        return new Dense(reader.Config.Integer("units"), reader.Activation("activation"), reader.Config.Flag("use_bias", true), reader.Name, reader.DType)
        {
            KernelInitializer = reader.Initializer("kernel_initializer", new GlorotUniform()),
            BiasInitializer = reader.Initializer("bias_initializer", new Zeros()),
            KernelRegularizer = reader.Regularizer("kernel_regularizer"),
            BiasRegularizer = reader.Regularizer("bias_regularizer"),
            ActivityRegularizer = reader.Regularizer("activity_regularizer"),
            Constraints = reader.Constraints("kernel_constraint", "bias_constraint"),
        };
    }

    private static Activation Activation(LayerConfigReader reader)
    {
        reader.NoteOthers("activation", "activity_regularizer");
        return new Activation(reader.Activation("activation"), reader.Name, reader.DType) { ActivityRegularizer = reader.Regularizer("activity_regularizer") };
    }

    private static Dropout Dropout(LayerConfigReader reader)
    {
        reader.NoteOthers("rate", "noise_shape", "seed", "activity_regularizer");
        return new Dropout(reader.Config.Number("rate", 0), reader.Config.IsNumber("seed") ? reader.Config.Integer("seed") : null, reader.Name, reader.DType)
        {
            NoiseShape = reader.Config.Shape("noise_shape"),
            ActivityRegularizer = reader.Regularizer("activity_regularizer"),
        };
    }
}
