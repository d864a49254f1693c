using System.Globalization;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Activations;
using TfLbfgs.Keras.Initializers;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Regularizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TrainingData = TfLbfgs.Cli.Data.TrainingData;

namespace TfLbfgs.Cli.Training;

/// <summary>How the model of <c>train</c> is made: of dense layers, or of an architecture in a file.</summary>
internal sealed record NewModel
{
    private const string DefaultLayers = "64,64";
    private const int MostUnits = 1 << 20;

    // Weights, gradients, steps and ten pairs.
    private const int LeastVectors = 24;
    private const int MostCharacters = 1 << 24;

    /// <summary>The units of the hidden layers, separated by commas; null: the default.</summary>
    public required string? Layers { get; init; }

    /// <summary>The activation of the hidden layers; null: tanh.</summary>
    public required string? Activation { get; init; }

    /// <summary>The architecture; null: dense layers.</summary>
    public required string? ConfigFile { get; init; }

    /// <summary>The factor of the penalty of squared kernels.</summary>
    public required double L2 { get; init; }

    /// <summary>The seed of the first weights.</summary>
    public required int Seed { get; init; }

    /// <summary>The dtype; null: float64, or that of the architecture.</summary>
    public required DType? DType { get; init; }

    /// <summary>Checks the options, before any data are read.</summary>
    /// <exception cref="TfLbfgsException">They contradict each other, or a number of units or an activation is none.</exception>
    public void Check()
    {
        if (ConfigFile is not null && (Layers is not null || Activation is not null || L2 > 0))
            throw new TfLbfgsException(
                "--config: expected it without --layers, --activation and --l2, received both. The architecture has layers of its own.");
        Units();
        if (Activation is not null)
            _ = (ActivationFunction)Activation;
    }

    /// <summary>Makes the model.</summary>
    /// <param name="loss">The loss, which the last layer suits.</param>
    /// <param name="data">The data.</param>
    /// <returns>The model, owned by the caller.</returns>
    /// <exception cref="TfLbfgsException">The architecture cannot be built.</exception>
    public Model Create(string loss, TrainingData data)
    {
        if (ConfigFile is not null)
            return FromConfig(ConfigFile);
        Sequential model = new(DType ?? Runtime.DType.Float64);
        try
        {
            long seed = Seed;
            foreach (int units in Units())
                model.Add(Layer(units, Activation ?? "tanh", seed++));
            (int outputs, string? last) = loss switch
            {
                "binary_crossentropy" => (data.TargetColumns.Count, "sigmoid"),
                "categorical_crossentropy" => (data.TargetColumns.Count, "softmax"),
                "sparse_categorical_crossentropy" => (Classes(data), "softmax"),
                _ => (data.TargetColumns.Count, null),
            };
            CheckSize(data.InputColumns.Count, outputs);
            model.Add(Layer(outputs, last, seed));
            model.Build(Shape.Create([-1, data.InputColumns.Count]));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private void CheckSize(long inputs, long outputs)
    {
        long parameters = 0, largest = 0;
        foreach (long units in Units().Select(units => (long)units).Append(outputs))
        {
            largest = Math.Max(largest, inputs * units);
            parameters += (inputs + 1) * units;
            inputs = units;
        }

        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (largest > Array.MaxLength / sizeof(double) || parameters > available / (sizeof(double) * LeastVectors))
        {
            throw new TfLbfgsException(string.Create(
                CultureInfo.InvariantCulture,
                $"--layers: expected layers that can be trained in {available >> 20} MiB of memory, received '{Layers ?? DefaultLayers}' "
                    + $"with {parameters:N0} parameters."));
        }
    }

    private static int Classes(TrainingData data)
    {
        double largest = data.Targets.Values.Concat(data.ValidationTargets.Values).Max();
        return largest is >= 0 and < MostUnits ? Math.Max(2, (int)largest + 1)
            : throw new TfLbfgsException("sparse_categorical_crossentropy: expected class numbers from 0, received "
                + $"{largest.ToString("R", CultureInfo.InvariantCulture)} as the largest one.");
    }

    private Dense Layer(int units, string? activation, long seed) =>
        new(units, activation is null ? null : (ActivationFunction)activation)
        {
            KernelInitializer = new GlorotUniform { Seed = seed },
            KernelRegularizer = L2 > 0 ? new L2(L2) : null,
        };

    private Model FromConfig(string file)
    {
        string json;
        try
        {
            json = ReadText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TfLbfgsException($"--config: expected a file that can be read, received {file}: {e.Message}", e);
        }

        try
        {
            return Model.FromJson(json, new LoadOptions { DType = DType });
        }
        catch (TfLbfgsException e)
        {
            throw new TfLbfgsException($"{file}: {e.Message}", e);
        }
    }

    // A device has no end.
    private static string ReadText(string file)
    {
        using StreamReader reader = new(file);
        char[] text = new char[MostCharacters + 1];
        int length = reader.ReadBlock(text);
        return length <= MostCharacters ? new string(text, 0, length)
            : throw new TfLbfgsException($"--config: expected JSON of at most {MostCharacters} characters, received more in {file}.");
    }

    private int[] Units()
    {
        string list = Layers ?? DefaultLayers;
        string[] parts = list.Split(',', StringSplitOptions.TrimEntries);
        int[] units =
            [.. parts.Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return Array.TrueForAll(units, number => number is >= 1 and <= MostUnits)
            ? units
            : throw new TfLbfgsException(
                $"--layers: expected numbers of units from 1 to {MostUnits}, separated by commas, received '{list}'.");
    }
}
