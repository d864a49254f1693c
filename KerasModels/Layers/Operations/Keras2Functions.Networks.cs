using TfLbfgs.Tensors;

namespace TfLbfgs.Keras.Layers;

internal static partial class Keras2Functions
{
    private static void AddNetworks(OperationTable table)
    {
        AddActivations(table);
        AddWindows(table);
        AddImages(table);
        table.Add("nn.bias_add", "value bias data_format", a =>
            Tf.NN.BiasAdd(a.Tensor("value"), a.Tensor("bias"), a.Text("data_format", "NHWC").StartsWith("NC", StringComparison.Ordinal)
                ? "NCHW" : "NHWC"));
        table.Add("nn.dropout compat.v1.nn.dropout", "x rate noise_shape seed", a =>
            a.Number("rate", 0) == 0 ? Tf.Identity(a.Tensor("x")) : Tf.NN.Dropout(a.Tensor("x"), a.Number("rate", 0)));
        table.Add("nn.local_response_normalization nn.lrn", "input depth_radius bias alpha beta", a => Tf.NN.LocalResponseNormalization(
            a.Tensor("input"), a.Int("depth_radius", 5), (float)a.Number("bias", 1), (float)a.Number("alpha", 1),
                (float)a.Number("beta", 0.5)));
        table.Add("nn.embedding_lookup compat.v1.nn.embedding_lookup", "params ids", a => Tf.NN.EmbeddingLookup(
            a.Tensor("params", Tensor.Scalar(0f)), a.Tensor("ids"), a.Has("max_norm") ? a.Number("max_norm", 0) : null));
        table.Add("nn.softmax_cross_entropy_with_logits compat.v1.nn.softmax_cross_entropy_with_logits_v2", "labels logits axis",
            a => Tf.NN.SoftmaxCrossEntropyWithLogits(
            a.Tensor("labels"), a.Tensor("logits"), a.Int("axis", -1)));
        table.Add("nn.sigmoid_cross_entropy_with_logits compat.v1.nn.sigmoid_cross_entropy_with_logits", "labels logits",
            a => Tf.NN.SigmoidCrossEntropyWithLogits(
            a.Tensor("labels"), a.Tensor("logits")));
        table.Add("nn.sparse_softmax_cross_entropy_with_logits compat.v1.nn.sparse_softmax_cross_entropy_with_logits", "labels logits",
            a => Tf.NN.SparseSoftmaxCrossEntropyWithLogits(
            a.Tensor("labels"), a.Tensor("logits")));
        table.AddMany("nn.moments compat.v1.nn.moments", "x axes shift keepdims", a =>
        {
            (Tensor mean, Tensor variance) = Tf.NN.Moments(a.Tensor("x"), a.Ints("axes"), a.Flag("keepdims"));
            return [mean, variance];
        });
        table.Add("nn.batch_normalization compat.v1.nn.batch_normalization", "x mean variance offset scale variance_epsilon",
            a => Tf.NN.BatchNormalization(
            a.Tensor("x"), a.Tensor("mean"), a.Tensor("variance"), a.OptionalTensor("offset"), a.OptionalTensor("scale"),
                a.Number("variance_epsilon", 1e-3)));
    }

    private static void AddActivations(OperationTable table)
    {
        Features("nn.relu", Tf.NN.Relu);
        Features("nn.relu6", Tf.NN.Relu6);
        Features("nn.elu", Tf.NN.Elu);
        Features("nn.selu", Tf.NN.Selu);
        Features("math.softplus nn.softplus", Tf.NN.Softplus);
        Features("nn.softsign", Tf.NN.Softsign);
        table.Add("nn.leaky_relu", "features alpha", a => Tf.NN.LeakyRelu(a.Tensor("features"), (float)a.Number("alpha", 0.2)));
        table.Add("nn.gelu", "features approximate", a => Tf.NN.Gelu(a.Tensor("features"), a.Flag("approximate")));
        table.Add("nn.silu nn.swish", "features beta", a => Tf.NN.Silu(a.Tensor("features"), a.Number("beta", 1)));
        table.Add("nn.crelu compat.v1.nn.crelu", "features axis", a => Tf.NN.Crelu(a.Tensor("features"), a.Int("axis", -1)));
        table.Add("nn.softmax compat.v1.nn.softmax", "logits axis", a => Tf.NN.Softmax(a.Tensor("logits"), a.Int("axis", -1)));
        table.Add("nn.log_softmax compat.v1.nn.log_softmax", "logits axis", a => Tf.NN.LogSoftmax(a.Tensor("logits"), a.Int("axis", -1)));

        void Features(string names, Func<Tensor, Tensor> compute) => table.Add(names, "features", a => compute(a.Tensor("features")));
    }

    private static void AddWindows(OperationTable table)
    {
        table.Add("nn.max_pool2d nn.max_pool compat.v1.nn.max_pool", "input ksize strides padding data_format", a =>
            Pool(a, Tf.NN.MaxPool));
        table.Add("nn.max_pool1d nn.max_pool3d", "input ksize strides padding data_format", a => Pool(a, Tf.NN.MaxPool));
        table.Add("nn.avg_pool2d nn.avg_pool1d nn.avg_pool3d nn.avg_pool compat.v1.nn.avg_pool", "input ksize strides padding data_format",
            a => Pool(a, Tf.NN.AvgPool));
        table.Add("nn.conv2d compat.v1.nn.conv2d", "input filters strides padding", Convolution);
        table.Add(
            "nn.conv1d compat.v1.nn.conv1d nn.conv3d compat.v1.nn.conv3d nn.convolution", "input filters strides padding", Convolution);
        table.Add("nn.depth_to_space compat.v1.nn.depth_to_space", "input block_size data_format", a =>
            Tf.NN.DepthToSpace(a.Tensor("input"), a.Int("block_size"), a.Text("data_format", "NHWC")));
        table.Add("nn.space_to_depth compat.v1.nn.space_to_depth", "input block_size data_format", a =>
            Tf.NN.SpaceToDepth(a.Tensor("input"), a.Int("block_size"), a.Text("data_format", "NHWC")));
    }

    private static Tensor Pool(OperationArguments a, Func<Tensor, int[], int[], string, string?, Tensor> pool)
    {
        Tensor x = a.Tensor(a.Has("input") ? "input" : "value");
        return pool(x, Window(a, "ksize", x.Rank), Window(a, "strides", x.Rank), a.Text("padding", "VALID").ToUpperInvariant(), null);
    }

    private static Tensor Convolution(OperationArguments a)
    {
        Tensor x = a.Tensor(a.Has("input") ? "input" : "value");
        if (a.Text("data_format", "NHWC") is ['N', 'C', ..])
            throw a.Fail("expected the channels last ('NHWC'), which TensorFlow's kernels for the CPU want, received 'NCHW'.");
        Tensor filters = a.Tensor(a.Has("filters") ? "filters" : "filter");
        int[] strides = Window(a, a.Has("strides") ? "strides" : "stride", x.Rank), dilations = Window(a, "dilations", x.Rank);
        return Tf.NN.Convolution(x, filters, strides[1..^1], a.Text("padding", "VALID").ToUpperInvariant(), null, dilations[1..^1]);
    }

    // One number, one for each spatial dimension, or one for each dimension.
    private static int[] Window(OperationArguments a, string name, int rank) => a.OptionalInts(name) switch
    {
        null => [.. Enumerable.Repeat(1, rank)],
        [int single] => [1, .. Enumerable.Repeat(single, rank - 2), 1],
        { } list when list.Length == rank - 2 => [1, .. list, 1],
        { } list when list.Length == rank => list,
        { } list => throw a.Fail($"expected 1, {rank - 2} or {rank} numbers as '{name}', received {list.Length}."),
    };

    // How much is padded (or, below 0, cropped) before and after.
    private static (int Before, int After) Centered(OperationArguments a, long size, int target)
    {
        if (size < 0)
            throw a.Fail("expected images of a known size.");
        int total = target - (int)size;
        // The odd row goes to the end of a padding, and in a crop too.
        int before = total >= 0 ? total / 2 : -(-total / 2);
        return (before, total - before);
    }

    private static int Outside(OperationArguments a, long size, double fraction) => size >= 0
        ? (int)((size - (size * fraction)) / 2)
        : throw a.Fail("expected images of a known size.");

    private static void AddImages(OperationTable table)
    {
        table.Add("image.resize image.resize_images", "images size method preserve_aspect_ratio antialias", a =>
        {
            if (a.Flag("preserve_aspect_ratio"))
                throw a.Fail("expected a resize without 'preserve_aspect_ratio'.");
            return Tf.Image.Resize(a.Tensor("images"), a.Integers("size"), a.Text("method", "bilinear"), a.Flag("antialias"));
        });
        table.Add("image.rgb_to_grayscale", "images", a => Tf.Image.RgbToGrayscale(a.Tensor("images")));
        table.Add("image.ssim", "img1 img2 max_val filter_size filter_sigma k1 k2", a => Tf.Image.Ssim(
            a.Tensor("img1"), a.Tensor("img2"), a.Number("max_val", 1), a.Int("filter_size", 11), a.Number("filter_sigma", 1.5),
            a.Number("k1", 0.01), a.Number("k2", 0.03)));
        table.Add("image.sobel_edges", "image", a => Tf.Image.SobelEdges(a.Tensor("image")));
        table.Add("image.grayscale_to_rgb", "images", a => Tf.Repeat(a.Tensor("images"), 3, -1));
        table.Add("image.flip_left_right", "image", a => Tf.Image.FlipLeftRight(a.Tensor("image")));
        table.Add("image.flip_up_down", "image", a => Tf.Image.FlipUpDown(a.Tensor("image")));
        table.Add("image.adjust_contrast", "images contrast_factor", a =>
            Tf.Image.AdjustContrast(a.Tensor("images"), (float)a.Number("contrast_factor", 1)));
        table.Add("image.adjust_brightness", "image delta", a => Tf.Image.AdjustBrightness(a.Tensor("image"), a.Number("delta", 0)));
        table.Add("image.rgb_to_hsv", "images", a => RawOps.RGBToHSV(a.Tensor("images")));
        table.Add("image.hsv_to_rgb", "images", a => RawOps.HSVToRGB(a.Tensor("images")));
        table.Add("image.per_image_standardization", "image", a =>
        {
            Tensor images = Promotion.Floating(a.Tensor("image"));
            (Tensor mean, Tensor variance) = Tf.NN.Moments(images, [-1, -2, -3], keepDims: true);
            Tensor shape = Tf.Shape(images);
            Tensor bound = Tf.Math.Rsqrt(Tf.Cast(shape[-1] * shape[-2] * shape[-3], images.DType));
            return (images - mean) / Tf.Maximum(Tf.Sqrt(variance), bound);
        });
        table.Add("image.resize_with_crop_or_pad", "image target_height target_width", a =>
        {
            Tensor images = a.Tensor("image");
            (int top, int bottom) = Centered(a, images.Shape[-3], a.Int("target_height"));
            (int left, int right) = Centered(a, images.Shape[-2], a.Int("target_width"));
            Tensor cropped =
                images[TensorIndex.Ellipsis, Math.Max(0, -top)..^Math.Max(0, -bottom), Math.Max(0, -left)..^Math.Max(0, -right), ..];
            int[,] paddings = new int[images.Rank, 2];
            (paddings[images.Rank - 3, 0], paddings[images.Rank - 3, 1]) = (Math.Max(0, top), Math.Max(0, bottom));
            (paddings[images.Rank - 2, 0], paddings[images.Rank - 2, 1]) = (Math.Max(0, left), Math.Max(0, right));
            return Tf.Pad(cropped, paddings);
        });
        table.Add("image.central_crop", "image central_fraction", a =>
        {
            Tensor images = a.Tensor("image");
            double fraction = a.Number("central_fraction", 1);
            int top = Outside(a, images.Shape[-3], fraction), left = Outside(a, images.Shape[-2], fraction);
            return images[TensorIndex.Ellipsis, top..^top, left..^left, ..];
        });
        table.Add("image.psnr", "a b max_val", a =>
            Tf.Image.Psnr(Promotion.Floating(a.Tensor("a")), Promotion.Floating(a.Tensor("b")), a.Number("max_val", 1)));
    }
}
