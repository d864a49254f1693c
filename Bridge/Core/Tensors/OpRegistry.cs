using System.Collections.Concurrent;
using System.Text;
using TfLbfgs.Native.Handles;
using TfLbfgs.Native.Imports;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// The definitions of all ops that TensorFlow knows now, those of loaded libraries included. Three messages do not justify a protobuf
/// runtime in this assembly.
/// </summary>
internal static class OpRegistry
{
    private static readonly ConcurrentDictionary<string, OpDefinition> Known = new(StringComparer.Ordinal);

    /// <summary>The definition of an op; null: TensorFlow knows none of that name.</summary>
    public static OpDefinition? Find(string name) => Known.TryGetValue(name, out OpDefinition? known) ? known : Read(name);

    private static unsafe OpDefinition? Read(string name)
    {
        // Every time anew: a library may have been loaded since.
        _ = TfRuntime.Context;
        using BufferHandle list = new(CApi.TF_GetAllOpList());
        TfBufferApi.TfBuffer buffer = TfBufferApi.TF_GetBuffer(list);
        Message ops = new(new ReadOnlySpan<byte>((void*)buffer.Data, (int)buffer.Length));
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        while (ops.Next())
        {
            // OpList.op = 1
            if (ops.Field != 1 || !IsNamed(ops.Bytes, utf8))
                continue;
            OpDefinition definition = Parse(ops.Bytes);
            Known[name] = definition;
            return definition;
        }

        return null;
    }

    private static bool IsNamed(ReadOnlySpan<byte> op, ReadOnlySpan<byte> name)
    {
        Message message = new(op);
        while (message.Next())
        {
            if (message.Field == 1)
                return message.Bytes.SequenceEqual(name);
        }

        return false;
    }

    // OpDef: name = 1, input_arg = 2, output_arg = 3, attr = 4, is_stateful = 17
    private static OpDefinition Parse(ReadOnlySpan<byte> op)
    {
        string name = "";
        bool isStateful = false;
        List<OpDefinition.Argument> inputs = [], outputs = [];
        List<OpDefinition.AttributeDefinition> attributes = [];
        Message message = new(op);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Text;
                    break;
                case 2:
                    inputs.Add(ParseArgument(message.Bytes));
                    break;
                case 3:
                    outputs.Add(ParseArgument(message.Bytes));
                    break;
                case 4:
                    attributes.Add(ParseAttribute(message.Bytes));
                    break;
                case 17:
                    isStateful = message.Number != 0;
                    break;
            }
        }

        return new OpDefinition(name, inputs, outputs, attributes, isStateful);
    }

    // ArgDef: name = 1, type_attr = 4, number_attr = 5, type_list_attr = 6
    private static OpDefinition.Argument ParseArgument(ReadOnlySpan<byte> argument)
    {
        string name = "", type = "", number = "", list = "";
        Message message = new(argument);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Text;
                    break;
                case 4:
                    type = message.Text;
                    break;
                case 5:
                    number = message.Text;
                    break;
                case 6:
                    list = message.Text;
                    break;
            }
        }

        return new OpDefinition.Argument(name, type, number, list);
    }

    // AttrDef: name = 1, type = 2, default_value = 3. AttrValue: list = 1, i = 3. ListValue: type = 6, packed
    private static OpDefinition.AttributeDefinition ParseAttribute(ReadOnlySpan<byte> attribute)
    {
        string name = "", type = "";
        bool hasDefault = false;
        int count = 0;
        Message message = new(attribute);
        while (message.Next())
        {
            switch (message.Field)
            {
                case 1:
                    name = message.Text;
                    break;
                case 2:
                    type = message.Text;
                    break;
                case 3:
                    hasDefault = true;
                    Message value = new(message.Bytes);
                    while (value.Next())
                        count = value.Field == 3 ? (int)value.Number : value.Field == 1 ? CountTypes(value.Bytes) : count;
                    break;
            }
        }

        return new OpDefinition.AttributeDefinition(name, type, hasDefault, count);
    }

    private static int CountTypes(ReadOnlySpan<byte> list)
    {
        int count = 0;
        Message message = new(list);
        while (message.Next())
        {
            if (message.Field == 6)
                count += message.Bytes.Length;
        }

        return count;
    }

    /// <summary>Steps through the fields of a protobuf message.</summary>
    private ref struct Message(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public int Field { get; private set; }

        public long Number { get; private set; }

        public ReadOnlySpan<byte> Bytes { get; private set; }

        public readonly string Text => Encoding.UTF8.GetString(Bytes);

        public bool Next()
        {
            if (_rest.IsEmpty)
                return false;
            long tag = Varint();
            Field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    Number = Varint();
                    break;
                case 1:
                    _rest = _rest[8..];
                    break;
                case 2:
                    int length = (int)Varint();
                    Bytes = _rest[..length];
                    _rest = _rest[length..];
                    break;
                default:
                    _rest = _rest[4..];
                    break;
            }

            return true;
        }

        private long Varint()
        {
            long value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = _rest[0];
                _rest = _rest[1..];
                value |= (long)(part & 0x7f) << shift;
                if (part < 0x80)
                    return value;
            }
        }
    }
}
