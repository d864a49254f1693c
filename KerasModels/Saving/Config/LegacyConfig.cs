using System.Text.Json.Nodes;
using TfLbfgs.Keras.Serialization;

namespace TfLbfgs.Keras.Saving.Config;

/// <summary>
/// Brings architectures that old versions of Keras wrote into the form of Keras 2.3: sequential models whose configuration is a list
/// (before 2.2.3), class names that were given up, and the arguments of Keras 1. Python: <c>keras.legacy.interfaces</c> of Keras 2.
/// </summary>
internal static class LegacyConfig
{
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["Convolution1D"] = "Conv1D",
        ["Convolution2D"] = "Conv2D",
        ["Convolution3D"] = "Conv3D",
        ["Deconvolution2D"] = "Conv2DTranspose",
        ["Deconvolution3D"] = "Conv3DTranspose",
        ["AtrousConvolution1D"] = "Conv1D",
        ["AtrousConvolution2D"] = "Conv2D",
        ["AtrousConv1D"] = "Conv1D",
        ["AtrousConv2D"] = "Conv2D",
        ["SeparableConvolution2D"] = "SeparableConv2D",
        ["TimeDistributedDense"] = "Dense",
        ["BatchNormalizationV1"] = "BatchNormalization",
        ["BatchNormalizationV2"] = "BatchNormalization",
        ["UnifiedLSTM"] = "LSTM",
        ["UnifiedGRU"] = "GRU",
        ["LSTMV2"] = "LSTM",
        ["GRUV2"] = "GRU",
        ["CuDNNLSTM"] = "LSTM",
        ["CuDNNGRU"] = "GRU",
    };

    // One name for all classes; those that differ by class stand in Rename.
    private static readonly Dictionary<string, string> Arguments = new(StringComparer.Ordinal)
    {
        ["output_dim"] = "units",
        ["init"] = "kernel_initializer",
        ["inner_init"] = "recurrent_initializer",
        ["inner_activation"] = "recurrent_activation",
        ["W_regularizer"] = "kernel_regularizer",
        ["U_regularizer"] = "recurrent_regularizer",
        ["b_regularizer"] = "bias_regularizer",
        ["W_constraint"] = "kernel_constraint",
        ["U_constraint"] = "recurrent_constraint",
        ["b_constraint"] = "bias_constraint",
        ["bias"] = "use_bias",
        ["p"] = "rate",
        ["sigma"] = "stddev",
        ["nb_filter"] = "filters",
        ["filter_length"] = "kernel_size",
        ["subsample"] = "strides",
        ["subsample_length"] = "strides",
        ["border_mode"] = "padding",
        ["dim_ordering"] = "data_format",
        ["pool_length"] = "pool_size",
        ["stride"] = "strides",
        ["length"] = "size",
        ["dropout_W"] = "dropout",
        ["dropout_U"] = "recurrent_dropout",
        ["beta_init"] = "beta_initializer",
        ["gamma_init"] = "gamma_initializer",
        ["atrous_rate"] = "dilation_rate",
    };

    // Layers whose arguments Keras 2 converts. A class of the user's own may use such a name for something else.
    private static readonly HashSet<string> Converted = new(StringComparer.Ordinal)
    {
        "Dense", "Dropout", "Embedding", "InputLayer", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose",
            "SeparableConv2D", "LocallyConnected1D", "LocallyConnected2D",
        "MaxPooling1D", "AveragePooling1D", "MaxPooling2D", "AveragePooling2D", "MaxPooling3D", "AveragePooling3D", "GlobalMaxPooling1D",
            "GlobalAveragePooling1D", "GlobalMaxPooling2D",
        "GlobalAveragePooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling3D", "UpSampling1D", "UpSampling2D", "UpSampling3D",
            "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
        "Cropping1D", "Cropping2D", "Cropping3D", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D", "PReLU", "GaussianNoise", "GaussianDropout",
            "SpatialDropout1D", "SpatialDropout2D",
        "SpatialDropout3D", "BatchNormalization", "MaxoutDense", "Highway", "ParametricSoftplus", "SReLU",
    };

    // What has no meaning any more, or none for results.
    private static readonly string[] Dropped =
        ["input_dim", "input_dtype", "input_length", "consume_less", "W_learning_rate_multiplier", "b_learning_rate_multiplier", "weights"];

    private static readonly string[] Initializers = ["zero", "one", "uniform", "normal"];
    private static readonly string[] InitializersNow = ["zeros", "ones", "random_uniform", "random_normal"];

    /// <summary>Brings a layer or model, and all within it, into the form of Keras 2.3.</summary>
    /// <param name="entry">Class name and configuration; changed.</param>
    /// <exception cref="ModelConfigException">A layer does what no layer does any more.</exception>
    public static void Upgrade(JsonObject entry)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Text(entry, "class_name") is not { } name)
            return;
        if (name == "Sequential" && entry["config"] is JsonArray list)
            entry["config"] = FromList(entry, list);
        if (entry["config"] is not JsonObject config)
            return;
        if (name == "Sequential" && LegacyMerge.BeginsWithMerge(config))
        {
            LegacyMerge.ToFunctional(entry, config);
            return;
        }

        if (Classes.TryGetValue(name, out string? now))
            entry["class_name"] = now;
        if (name.StartsWith("CuDNN", StringComparison.Ordinal))
        {
            config["recurrent_activation"] = "sigmoid";
            if (name == "CuDNNGRU")
                config["reset_after"] = true;
        }

        // Before it was a choice, the reset gate was applied first.
        if ((now ?? name) is "GRU" or "GRUCell" && !config.ContainsKey("reset_after"))
            config["reset_after"] = false;
        // As numbers of NumPy were written: {"type": "ndarray", "value": 0.1}.
        foreach (string field in config.Select(member => member.Key).ToList())
        {
            if (config[field] is JsonObject { Count: 2 } array && Text(array, "type") == "ndarray")
                config[field] = array["value"]?.DeepClone();
        }

        // Keras never looks at one of the wrong kind unless the layer drops something, which then fails.
        if (name == "Dropout" && config["noise_shape"] is JsonValue)
            config["noise_shape"] = null;
        if (name == "Merge")
            LegacyMerge.Upgrade(entry, config);
        else if (Converted.Contains(now ?? name))
            UpgradeArguments(now ?? name, entry, config);
        foreach (string parts in (string[])["layers", "cells"])
        {
            foreach (JsonObject layer in (config[parts] as JsonArray ?? []).OfType<JsonObject>())
                Upgrade(layer);
        }

        foreach (string part in (string[])["layer", "backward_layer", "cell"])
        {
            if (config[part] is JsonObject inner)
                Upgrade(inner);
        }
    }

    private static JsonObject FromList(JsonObject entry, JsonArray layers)
    {
        entry["config"] = null;
        JsonObject config = new() { ["layers"] = layers };
        if (Text(entry, "name") is { } name)
            config["name"] = name;
        return config;
    }

    private static void UpgradeArguments(string className, JsonObject entry, JsonObject config)
    {
        if (className == "BatchNormalization" && config["mode"] is { } mode)
        {
            if (mode.ToJsonString() == "0")
                config.Remove("mode");
            else
                entry["class_name"] = "BatchNormalizationOfKeras1";
        }

        Join(config, "kernel_size", "nb_row", "nb_col");
        Join(config, "kernel_size", "kernel_dim1", "kernel_dim2", "kernel_dim3");
        if (config.Remove("forget_bias_init", out JsonNode? forget))
            config["unit_forget_bias"] = forget?.ToJsonString() == "\"one\"";
        if (className is "ZeroPadding1D" or "Cropping1D" or "ZeroPadding2D")
            UpgradePadding(config);
        foreach (string old in config.Select(member => member.Key).ToList())
        {
            if (Rename(className, old) is not { } now)
                continue;
            config.Remove(old, out JsonNode? value);
            // The newer name wins, as where a file has both.
            if (!config.ContainsKey(now))
                config[now] = old == "dim_ordering" ? DataFormat(value) : value;
            if (className == "SeparableConv2D" && old == "init")
                config["pointwise_initializer"] = value?.DeepClone();
        }

        foreach (string dropped in Dropped.Where(dropped => className != "Embedding" || dropped != "input_dim"))
            config.Remove(dropped);
        if (className == "Embedding")
            config.Remove("dropout");
        foreach (string field in config.Select(member => member.Key).ToList())
            UpgradePart(config, field);
    }

    private static string? Rename(string className, string old) => (className, old) switch
    {
        ("Embedding", "output_dim") => null,
        ("Embedding", "init") => "embeddings_initializer",
        ("Embedding", "W_regularizer") => "embeddings_regularizer",
        ("Embedding", "W_constraint") => "embeddings_constraint",
        ("PReLU", "init") => "alpha_initializer",
        ("SeparableConv2D", "init") => "depthwise_initializer",
        ("InputLayer", "input_dtype") => "dtype",
        ("SReLU", _) when old.EndsWith("_init", StringComparison.Ordinal) => $"{old}ializer",
        ("ParametricSoftplus", _) => null,
        _ => Arguments.GetValueOrDefault(old),
    };

    private static string? DataFormat(JsonNode? value) => value?.ToJsonString() switch
    {
        "\"th\"" => "channels_first",
        "\"tf\"" => "channels_last",
        _ => null,
    };

    private static void Join(JsonObject config, string name, params string[] parts)
    {
        if (!parts.All(config.ContainsKey))
            return;
        JsonArray joined = [];
        foreach (string part in parts)
        {
            config.Remove(part, out JsonNode? value);
            joined.Add(value);
        }

        config[name] = joined;
    }

    // A dictionary of sides, or their flat list.
    private static void UpgradePadding(JsonObject config)
    {
        if (config["padding"] is JsonObject sides)
        {
            JsonArray Pair(string first, string second) => [sides[first]?.DeepClone() ?? 0, sides[second]?.DeepClone() ?? 0];
            config["padding"] = sides.ContainsKey("left_pad") && !sides.ContainsKey("top_pad") && !sides.ContainsKey("bottom_pad")
                ? Pair("left_pad", "right_pad")
                : new JsonArray(Pair("top_pad", "bottom_pad"), Pair("left_pad", "right_pad"));
        }
        else if (config["padding"] is JsonArray { Count: 4 } flat)
        {
            JsonNode?[] all = [.. flat.Select(side => side?.DeepClone())];
            config["padding"] = new JsonArray(new JsonArray(all[0], all[1]), new JsonArray(all[2], all[3]));
        }
    }

    // Names of initializers, and regularizers and constraints that were an object with a name.
    private static void UpgradePart(JsonObject config, string field)
    {
        if (field.EndsWith("_initializer", StringComparison.Ordinal) && config[field] is JsonValue text
            && Array.IndexOf(Initializers, text.ToString()) is var at and >= 0)
            config[field] = InitializersNow[at];
        if (config[field] is not JsonObject part || part.ContainsKey("class_name") || Text(part, "name") is not { } name)
            return;
        if (field.EndsWith("_regularizer", StringComparison.Ordinal) && name is "WeightRegularizer" or "ActivityRegularizer"
            or "L1L2Regularizer")
        {
            config[field] = new JsonObject
            {
                ["class_name"] = "L1L2",
                ["config"] = new JsonObject { ["l1"] = part["l1"]?.DeepClone() ?? 0, ["l2"] = part["l2"]?.DeepClone() ?? 0 },
            };
        }
        else if (field.EndsWith("_constraint", StringComparison.Ordinal))
        {
            part.Remove("name");
            if (part.Remove("m", out JsonNode? maximum))
                part["max_value"] = maximum;
            config[field] = null;
            config[field] = new JsonObject { ["class_name"] = name, ["config"] = part };
        }
    }

    internal static string? Text(JsonObject owner, string name) =>
        owner[name] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : null;
}
