using Google.Protobuf;
using Google.Protobuf.Reflection;
using TfLbfgs.Formats.TensorBundle;

namespace TfLbfgs.Formats.SavedModels;

/// <summary>
/// Reads a protobuf message of a file within limits. A field of two bytes may become an object of a hundred, so the fields are counted
/// before any is made.
/// </summary>
internal static class ProtoFile
{
    private const int MaxLength = 1 << 30;
    private const int MaxDepth = 90;
    // Graphs of 100 000 nodes have about six million fields, of ten bytes on average.
    private const int MaxFields = 8 << 20;
    private const int BytesPerField = 3;
    private const int FieldsOfSmallFiles = 1000;
    private const string SaveAgain = "The file is incomplete or damaged; copy or save it again.";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parser">The parser of the message.</param>
    /// <param name="expected">What is expected, for messages.</param>
    /// <exception cref="FileFormatException">There is no such file, or it holds something else or too much.</exception>
    public static T Read<T>(string path, MessageParser<T> parser, string expected) where T : IMessage<T>, new() =>
        FileErrors.Guard(path, () =>
    {
        FileInfo info = new(path);
        if (!info.Exists)
            throw new FileFormatException(path, "/", "no such file", expected, "Check the path.");
        if (info.Length is 0 or > MaxLength)
            throw new FileFormatException(path, "/", $"a file of {info.Length} bytes", $"{expected} of 1 to {MaxLength} bytes", SaveAgain);
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            int budget = Math.Min(MaxFields, FieldsOfSmallFiles + (bytes.Length / BytesPerField));
            CountFields(bytes, new T().Descriptor, MaxDepth, ref budget);
            return parser.ParseFrom(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            string reason = e is InvalidDataException ? e.Message : "the content is no such message";
            throw new FileFormatException(path, "/", reason.TrimEnd('.'), expected, SaveAgain, e);
        }
    });

    private static void CountFields(ReadOnlySpan<byte> message, MessageDescriptor descriptor, int depth, ref int budget)
    {
        if (depth == 0)
            throw new InvalidDataException($"messages within each other more than {MaxDepth} deep");
        ProtoReader reader = new(message);
        while (reader.Read())
        {
            if (--budget < 0)
                throw new InvalidDataException("more fields than a file of this length has");
            if (descriptor.FindFieldByNumber(reader.Field) is { FieldType: FieldType.Message } field)
                CountFields(reader.Bytes, field.MessageType, depth - 1, ref budget);
        }
    }
}
